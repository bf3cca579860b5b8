using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>A sign-in that waits for its second factor. Only the SHA-256 of its token is kept.</summary>
public sealed class SignInChallenge : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>Who gave the first factor.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What the first factor was.</summary>
    public required SignInMethod Method { get; init; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Wrong codes so far.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>When it was answered rightly, UTC; it is then worth nothing more.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SignInChallenge>
    {
        public void Configure(EntityTypeBuilder<SignInChallenge> entity)
        {
            entity.ToTable("sign_in_challenges", table =>
            {
                table.HasCheckConstraint("ck_sign_in_challenges_token_hash", "octet_length(token_hash) = 32");
                table.HasTextCheck("sign_in_challenges", "method", StoredText.All<SignInMethod>());
            });
            entity.HasKey(challenge => new { challenge.TenantId, challenge.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(challenge => challenge.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<User>().WithMany()
                .HasForeignKey(challenge => new { challenge.TenantId, challenge.UserId }).OnDelete(DeleteBehavior.Cascade);
            entity.HasIndex(challenge => new { challenge.TenantId, challenge.TokenHash }).IsUnique();
            entity.HasIndex(challenge => new { challenge.TenantId, challenge.ExpiresAt });
        }
    }
}
