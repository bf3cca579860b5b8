using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Data.Tenants;

/// <summary>What a tenant used when the Worker last measured it; one row a tenant, none before the first time.</summary>
public sealed class TenantUsage : ITenantOwned
{
    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Active users.</summary>
    public required long Users { get; set; }

    /// <summary>Contacts.</summary>
    public required long Contacts { get; set; }

    /// <summary>Bytes of the rows of all the tenant's tables, without indexes; of large tables an estimate.</summary>
    public required long StorageBytes { get; set; }

    /// <summary>Sign-ins in the 24 hours before.</summary>
    public required long SignInsADay { get; set; }

    /// <summary>Sign-ins in the 30 days before.</summary>
    public required long SignInsAMonth { get; set; }

    /// <summary>When it was measured, UTC.</summary>
    public required DateTimeOffset MeasuredAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<TenantUsage>
    {
        public void Configure(EntityTypeBuilder<TenantUsage> entity)
        {
            entity.ToTable("tenant_usage");
            entity.HasKey(usage => usage.TenantId);
            entity.HasOne<Tenant>().WithMany().HasForeignKey(usage => usage.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.Property(usage => usage.SignInsADay).HasColumnName("sign_ins_a_day");
            entity.Property(usage => usage.SignInsAMonth).HasColumnName("sign_ins_a_month");
        }
    }
}
