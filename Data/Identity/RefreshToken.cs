using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>One refresh token of a session; each use replaces it by the next. Only its SHA-256 is kept.</summary>
public sealed class RefreshToken : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>The session (family) it belongs to.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>When it was issued, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was exchanged for its successor, UTC; a second use after that is a replay.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Id of the successor. Not a foreign key: old tokens are deleted in any order.</summary>
    public Guid? ReplacedBy { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<RefreshToken>
    {
        public void Configure(EntityTypeBuilder<RefreshToken> entity)
        {
            entity.ToTable("refresh_tokens", table => table.HasCheckConstraint("ck_refresh_tokens_token_hash", "octet_length(token_hash) = 32"));
            entity.HasKey(token => new { token.TenantId, token.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(token => token.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<Session>().WithMany()
                .HasForeignKey(token => new { token.TenantId, token.SessionId }).OnDelete(DeleteBehavior.Cascade);
            entity.HasIndex(token => new { token.TenantId, token.TokenHash }).IsUnique();
            entity.HasIndex(token => new { token.TenantId, token.SessionId });
            entity.HasIndex(token => new { token.TenantId, token.ExpiresAt });
        }
    }
}
