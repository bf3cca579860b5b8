using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A role that a tenant made for itself, beside the <see cref="BuiltInRoles"/>. Users name it; it is never renamed.</summary>
public sealed class Role : ITenantOwned
{
    /// <summary>Longest name, in characters.</summary>
    public const int NameMaxLength = 63;

    /// <summary>Longest description, in characters.</summary>
    public const int DescriptionMaxLength = 500;

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Unique in the tenant: lower-case letters, digits and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; set; }

    /// <summary>What it grants, as in <c>contact:read</c>.</summary>
    public required string[] Permissions { get; set; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Changes with every change of the row (PostgreSQL's <c>xmin</c>): the concurrency token behind the ETag.</summary>
    public uint Version { get; private set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Role>
    {
        public void Configure(EntityTypeBuilder<Role> entity)
        {
            entity.ToTable("roles");
            entity.HasKey(role => new { role.TenantId, role.Name });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(role => role.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(role => role.Name).HasMaxLength(NameMaxLength);
            entity.Property(role => role.Description).HasMaxLength(DescriptionMaxLength);
            entity.Property(role => role.Version).HasColumnName("xmin").HasColumnType("xid").IsRowVersion();
        }
    }
}
