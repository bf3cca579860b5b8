using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>How often signing in failed for one thing that is counted, and until when it is refused without a look.</summary>
public sealed class SignInThrottle : ITenantOwned
{
    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>SHA-256 of what is counted, such as an account from one address, 32 bytes.</summary>
    public required byte[] Subject { get; init; }

    /// <summary>Failures since the last success or since they were forgotten.</summary>
    public required int Failures { get; set; }

    /// <summary>When the newest failure was, UTC.</summary>
    public required DateTimeOffset LastFailedAt { get; set; }

    /// <summary>Until when sign-ins are refused, UTC.</summary>
    public required DateTimeOffset BlockedUntil { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SignInThrottle>
    {
        public void Configure(EntityTypeBuilder<SignInThrottle> entity)
        {
            entity.ToTable("sign_in_throttles", table => table.HasCheckConstraint("ck_sign_in_throttles_subject", "octet_length(subject) = 32"));
            entity.HasKey(throttle => new { throttle.TenantId, throttle.Subject });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(throttle => throttle.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasIndex(throttle => new { throttle.TenantId, throttle.LastFailedAt });
        }
    }
}
