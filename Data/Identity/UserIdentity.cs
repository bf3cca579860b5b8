using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>Whom an identity provider means by a subject. A user has at most one subject of a provider.</summary>
public sealed class UserIdentity : ITenantOwned
{
    /// <summary>Longest subject, in characters (OpenID Connect Core 1.0, section 2).</summary>
    public const int SubjectMaxLength = 255;

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>The provider.</summary>
    public required Guid ProviderId { get; init; }

    /// <summary>Claim <c>sub</c>: the provider's own name for the user, which it gives to nobody else, ever.</summary>
    public required string Subject { get; init; }

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The address that the provider had verified when the two were linked.</summary>
    public required string EmailAtLink { get; init; }

    /// <summary>When they were linked, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the user last signed in this way, UTC.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<UserIdentity>
    {
        public void Configure(EntityTypeBuilder<UserIdentity> entity)
        {
            entity.ToTable("user_identities");
            entity.HasKey(identity => new { identity.TenantId, identity.ProviderId, identity.Subject });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(identity => identity.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<OidcProvider>().WithMany()
                .HasForeignKey(identity => new { identity.TenantId, identity.ProviderId }).OnDelete(DeleteBehavior.Cascade);
            entity.HasOne<User>().WithMany()
                .HasForeignKey(identity => new { identity.TenantId, identity.UserId }).OnDelete(DeleteBehavior.Cascade);
            entity.Property(identity => identity.Subject).HasMaxLength(SubjectMaxLength);
            entity.Property(identity => identity.EmailAtLink).HasMaxLength(User.EmailMaxLength);
            entity.HasIndex(identity => new { identity.TenantId, identity.UserId, identity.ProviderId }).IsUnique();
        }
    }
}
