using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A user's authenticator app: the secret of its time-based one-time passwords (RFC 6238), encrypted by the Api.</summary>
public sealed class SecondFactor : ITenantOwned
{
    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Whose it is; a user has one at most.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The shared secret, wrapped by the Api.</summary>
    public required byte[] WrappedSecret { get; set; }

    /// <summary>When the secret was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>When a code proved that the app has the secret, UTC; until then it is not asked for.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The newest time step whose code was used; codes of it and of earlier ones are refused.</summary>
    public long LastStep { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SecondFactor>
    {
        public void Configure(EntityTypeBuilder<SecondFactor> entity)
        {
            entity.ToTable("second_factors");
            entity.HasKey(factor => new { factor.TenantId, factor.UserId });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(factor => factor.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<User>().WithMany()
                .HasForeignKey(factor => new { factor.TenantId, factor.UserId }).OnDelete(DeleteBehavior.Cascade);
        }
    }
}
