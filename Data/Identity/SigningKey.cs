using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Identity;

/// <summary>
/// A key pair that signs access tokens, shared by all instances of the Api. The private half is kept only wrapped
/// (encrypted) with a key that the database never sees.
/// </summary>
public sealed class SigningKey
{
    /// <summary>Key id: the <c>kid</c> of tokens and of the published key set (RFC 7517).</summary>
    public required string Kid { get; init; }

    /// <summary>JWA name (RFC 7518), such as <c>RS256</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Public key as DER SubjectPublicKeyInfo (RFC 5280).</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>Private key, wrapped by the Api.</summary>
    public required byte[] WrappedPrivateKey { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it signs, UTC.</summary>
    public required DateTimeOffset ActivatedAt { get; init; }

    /// <summary>When it is no longer accepted, UTC; <see langword="null"/> while no end is set.</summary>
    public DateTimeOffset? RetiresAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<SigningKey>
    {
        public void Configure(EntityTypeBuilder<SigningKey> entity)
        {
            entity.ToTable("signing_keys");
            entity.HasKey(key => key.Kid);
        }
    }
}
