using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Tenants;

/// <summary>
/// Where a tenant lives. The table is in every database: at home (the shared one) it is the directory of the tenants that were ever
/// placed elsewhere, and everywhere <see cref="Fenced"/> shuts a tenant out of that one database. Holds no personal data. Only the
/// command that moves tenants writes it.
/// </summary>
public sealed class TenantPlacement
{
    /// <summary>What a database of a tenant's own may be called: a regular expression.</summary>
    public const string DatabaseName = "^[a-z][a-z0-9_]{0,62}$";

    /// <summary>Name of the sequence that <see cref="Epoch"/> comes from.</summary>
    public const string Epochs = "placement_epochs";

    /// <summary>The tenant's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>At home: the database where the tenant lives; <see langword="null"/> for home.</summary>
    public string? Database { get; set; }

    /// <summary>At home: whether a move is announced: no new work of the tenant begins while the mover lives.</summary>
    public bool Moving { get; set; }

    /// <summary>At home: where that move goes; <see langword="null"/> for home.</summary>
    public string? MovingTo { get; set; }

    /// <summary>At home: a database that the tenant left and that is still to be dropped.</summary>
    public string? LeftDatabase { get; set; }

    /// <summary>Higher at each change of the row: whoever has seen it no longer works by what was before.</summary>
    public int Epoch { get; set; }

    /// <summary>Whether the services may not write the tenant's rows in this very database, see <see cref="Schema.TenantFence"/>.</summary>
    public bool Fenced { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<TenantPlacement>
    {
        public void Configure(EntityTypeBuilder<TenantPlacement> entity)
        {
            entity.ToTable("tenant_placements", table =>
            {
                foreach (var name in (string[])["database", "moving_to", "left_database"])
                {
                    table.HasCheckConstraint($"ck_tenant_placements_{name}", $"{name} ~ '{DatabaseName}'");
                }
            });
            entity.Property(placement => placement.Moving).HasDefaultValueSql("false").ValueGeneratedNever();
            entity.Property(placement => placement.Fenced).HasDefaultValueSql("false").ValueGeneratedNever();
            entity.Property(placement => placement.Epoch).HasDefaultValueSql($"nextval('{Epochs}'::regclass)");

            // A database of its own is nobody else's.
            entity.HasIndex(placement => placement.Database).IsUnique();
        }
    }
}
