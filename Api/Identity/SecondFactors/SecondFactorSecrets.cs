using System.Security.Cryptography;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// The shared secrets of authenticator apps as they are stored: wrapped with a key of their own that is derived from the key
/// encryption key, and bound to their tenant and user, so that a row copied to another user opens nothing.
/// </summary>
public sealed class SecondFactorSecrets(DerivedKeys keys)
{
    private const string Purpose = "second-factor-wrapping";

    private readonly KeyWrapping _wrapping = new(keys.For(Purpose));

    /// <summary>Encrypts.</summary>
    public byte[] Wrap(Guid tenantId, Guid userId, ReadOnlySpan<byte> secret) => _wrapping.Wrap(Name(tenantId, userId), secret);

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">Wrapped for another user, with another key encryption key, or damaged.</exception>
    public byte[] Unwrap(Guid tenantId, Guid userId, ReadOnlySpan<byte> wrapped) => _wrapping.Unwrap(Name(tenantId, userId), wrapped);

    private static string Name(Guid tenantId, Guid userId) => $"second-factor:{tenantId}:{userId}";
}
