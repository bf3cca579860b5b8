using System.Security.Cryptography;
using System.Text;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>
/// Client secrets and code verifiers as they are stored: encrypted with a key of their own that is derived from the key encryption
/// key, and bound to their row, so that one copied into another row opens nothing.
/// </summary>
public sealed class OidcSecrets(DerivedKeys keys)
{
    private const string Purpose = "oidc-wrapping";

    private readonly KeyWrapping _wrapping = new(keys.AllFor(Purpose));

    /// <summary>Encrypts a client secret.</summary>
    public byte[] WrapClientSecret(Guid tenantId, Guid providerId, string secret) =>
        _wrapping.Wrap(ProviderName(tenantId, providerId), Encoding.UTF8.GetBytes(secret));

    /// <summary>A confidential client's secret.</summary>
    /// <exception cref="CryptographicException">Encrypted for another provider, with another key, or damaged.</exception>
    public string ClientSecret(OidcProvider provider) =>
        Encoding.UTF8.GetString(_wrapping.Unwrap(ProviderName(provider.TenantId, provider.Id), provider.WrappedClientSecret));

    /// <summary>Encrypts with the present key encryption key what a former one encrypted; null when the present one did.</summary>
    /// <exception cref="CryptographicException">No key opens it for this provider.</exception>
    public byte[]? RewrapClientSecret(Guid tenantId, Guid providerId, byte[] wrapped) => _wrapping.Rewrap(ProviderName(tenantId, providerId), wrapped);

    /// <summary>Encrypts a code verifier.</summary>
    public byte[] WrapCodeVerifier(Guid tenantId, Guid signInId, string verifier) =>
        _wrapping.Wrap(SignInName(tenantId, signInId), Encoding.ASCII.GetBytes(verifier));

    /// <summary>Decrypts a code verifier.</summary>
    /// <exception cref="CryptographicException">Encrypted for another sign-in, with another key, or damaged.</exception>
    public string CodeVerifier(Guid tenantId, Guid signInId, byte[] wrapped) =>
        Encoding.ASCII.GetString(_wrapping.Unwrap(SignInName(tenantId, signInId), wrapped));

    private static string ProviderName(Guid tenantId, Guid providerId) => $"oidc-provider:{tenantId}:{providerId}";

    private static string SignInName(Guid tenantId, Guid signInId) => $"oidc-sign-in:{tenantId}:{signInId}";
}
