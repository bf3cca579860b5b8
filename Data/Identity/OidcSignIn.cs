using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Data.Identity;

/// <summary>
/// A sign-in that waits for the browser to come back from the identity provider. It is bound to one provider, so an answer of
/// another is of no use to it, and used up by whoever first comes with its token.
/// </summary>
public sealed class OidcSignIn : ITenantOwned
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <inheritdoc/>
    public Guid TenantId { get; set; }

    /// <summary>The provider that was asked.</summary>
    public required Guid ProviderId { get; init; }

    /// <summary>SHA-256 of the token that the client keeps, 32 bytes.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>SHA-256 of the parameter <c>state</c> (RFC 6749, section 10.12), 32 bytes.</summary>
    public required byte[] StateHash { get; init; }

    /// <summary>What the ID token must repeat (OpenID Connect Core 1.0, section 15.5.2).</summary>
    public required string Nonce { get; init; }

    /// <summary>The code verifier (RFC 7636), encrypted.</summary>
    public required byte[] WrappedCodeVerifier { get; init; }

    /// <summary>Where the browser comes back to; the code is exchanged with the same.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops being accepted, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When somebody came back with its token, UTC.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<OidcSignIn>
    {
        public void Configure(EntityTypeBuilder<OidcSignIn> entity)
        {
            entity.ToTable("oidc_sign_ins", table =>
            {
                table.HasCheckConstraint("ck_oidc_sign_ins_token_hash", "octet_length(token_hash) = 32");
                table.HasCheckConstraint("ck_oidc_sign_ins_state_hash", "octet_length(state_hash) = 32");
            });
            entity.HasKey(signIn => new { signIn.TenantId, signIn.Id });
            entity.HasOne<Tenant>().WithMany().HasForeignKey(signIn => signIn.TenantId).OnDelete(DeleteBehavior.Restrict);
            entity.HasOne<OidcProvider>().WithMany()
                .HasForeignKey(signIn => new { signIn.TenantId, signIn.ProviderId }).OnDelete(DeleteBehavior.Cascade);
            entity.Property(signIn => signIn.Nonce).HasMaxLength(64);
            entity.Property(signIn => signIn.RedirectUri).HasMaxLength(OidcProvider.UriMaxLength);
            entity.HasIndex(signIn => new { signIn.TenantId, signIn.TokenHash }).IsUnique();
            entity.HasIndex(signIn => new { signIn.TenantId, signIn.ProviderId });
            entity.HasIndex(signIn => new { signIn.TenantId, signIn.ExpiresAt });
        }
    }
}
