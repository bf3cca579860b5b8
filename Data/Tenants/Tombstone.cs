using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Tenants;

/// <summary>
/// What is left of a tenant that was erased, or is being erased: proof of it, and the order to erase it again should a backup bring
/// it back. Holds no personal data. The same stands in a file beside the backups (<see cref="TombstoneFile"/>), which a restored
/// database does not take back.
/// </summary>
public sealed class Tombstone
{
    /// <summary>The tenant's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>SHA-256 of the tenant's slug, 32 bytes: tells whether a name that is asked about was erased.</summary>
    public required byte[] SlugHash { get; init; }

    /// <summary>From when on the tenant was to be erased, UTC.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the erasure began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When nothing was left, UTC; <see langword="null"/> while it is under way.</summary>
    public DateTimeOffset? ErasedAt { get; set; }

    /// <summary>Rows by table when it began, as a JSON object.</summary>
    public required string RowsBefore { get; init; }

    /// <summary>Rows by table after it, as a JSON object; the database takes nothing but zeros.</summary>
    public string? RowsAfter { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Tombstone>
    {
        public void Configure(EntityTypeBuilder<Tombstone> entity)
        {
            entity.ToTable("tombstones", table =>
            {
                table.HasCheckConstraint("ck_tombstones_slug_hash", "octet_length(slug_hash) = 32");
                table.HasCheckConstraint("ck_tombstones_erased", "(erased_at IS NULL) = (rows_after IS NULL)");
                table.HasCheckConstraint("ck_tombstones_rows_after", "NOT jsonb_path_exists(rows_after, '$.*?(@ != 0)'::jsonpath)");
            });
            entity.Property(tombstone => tombstone.RowsBefore).HasColumnType("jsonb");
            entity.Property(tombstone => tombstone.RowsAfter).HasColumnType("jsonb");
        }
    }
}
