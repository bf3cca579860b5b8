using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Contacts;

/// <summary>
/// How many contacts a tenant with a limit has at most. Whoever adds some holds the row and raises the bound; deletions do not
/// lower it, so that it may be too high and never too low, and at the limit the contacts are counted anew. Tenants without a limit
/// do not use it.
/// </summary>
public sealed class ContactAllowance : ITenantOwned
{
    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>No fewer than there are; <see langword="null"/> when they must be counted.</summary>
    public long? Bound { get; set; }

    /// <summary>When the limit last changed, UTC: shortly after that, instances may still add contacts without holding the row.</summary>
    public required DateTimeOffset LimitChangedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ContactAllowance>
    {
        public void Configure(EntityTypeBuilder<ContactAllowance> entity)
        {
            entity.ToTable("contact_allowances");
            entity.HasKey(allowance => allowance.TenantId);
            entity.HasOne<Tenant>().WithMany().HasForeignKey(allowance => allowance.TenantId).OnDelete(DeleteBehavior.Restrict);
        }
    }
}
