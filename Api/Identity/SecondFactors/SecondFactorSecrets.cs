using System.Security.Cryptography;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>A secret, opened.</summary>
/// <param name="Secret">What authenticator app and server share.</param>
/// <param name="Wrapped">What is to be stored: as it was, or wrapped anew with the present key encryption key.</param>
public sealed record OpenedSecret(byte[] Secret, byte[] Wrapped)
{
    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => nameof(OpenedSecret);
}

/// <summary>
/// The shared secrets of authenticator apps as they are stored: wrapped with a key of their own that is derived from the key
/// encryption key, and bound to their tenant and user, so that a row copied to another user opens nothing.
/// </summary>
public sealed partial class SecondFactorSecrets(DerivedKeys keys, ILogger<SecondFactorSecrets> logger)
{
    private const string Purpose = "second-factor-wrapping";

    private readonly KeyWrapping _wrapping = new(keys.AllFor(Purpose));

    /// <summary>Encrypts.</summary>
    public byte[] Wrap(Guid tenantId, Guid userId, ReadOnlySpan<byte> secret) => _wrapping.Wrap(Name(tenantId, userId), secret);

    /// <summary>
    /// Decrypts; null when it was wrapped for another user, with an unknown key encryption key, or is damaged. No code is right
    /// then; recovery codes still are.
    /// </summary>
    public OpenedSecret? Open(Guid tenantId, Guid userId, byte[] wrapped)
    {
        try
        {
            var secret = _wrapping.Unwrap(Name(tenantId, userId), wrapped, out var outdated);
            return new OpenedSecret(secret, outdated ? Wrap(tenantId, userId, secret) : wrapped);
        }
        catch (CryptographicException exception)
        {
            LogForeign(userId, tenantId, exception.Message);
            return null;
        }
    }

    /// <summary>Encrypts with the present key encryption key what a former one encrypted; null when the present one did.</summary>
    /// <exception cref="CryptographicException">No key opens it for this user.</exception>
    public byte[]? Rewrap(Guid tenantId, Guid userId, byte[] wrapped) => _wrapping.Rewrap(Name(tenantId, userId), wrapped);

    private static string Name(Guid tenantId, Guid userId) => $"second-factor:{tenantId}:{userId}";

    [LoggerMessage(LogLevel.Error, "The second factor of user {UserId} of tenant {TenantId} does not open: {Reason}")]
    private partial void LogForeign(Guid userId, Guid tenantId, string reason);
}
