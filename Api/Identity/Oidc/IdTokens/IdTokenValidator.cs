using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.IdTokens;

/// <summary>
/// Checks an ID token (OpenID Connect Core 1.0, section 3.1.3.7) as if it had come through the browser: the signature too, which
/// the specification lets those skip who fetched it over TLS. Stands in for Microsoft.IdentityModel.Protocols.OpenIdConnect, which
/// a partial feed does not carry.
/// </summary>
public sealed class IdTokenValidator(ProviderDocuments documents, TimeProvider time)
{
    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(60);

    /// <summary>Longest token, in characters: one with a few hundred groups.</summary>
    public const int MaxLength = 32 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Checks a token of a provider.</summary>
    /// <exception cref="ProviderException">The provider's keys cannot be read, so nothing can be told.</exception>
    public async Task<IdTokenCheck> CheckAsync(
        string idToken, ProviderMetadata metadata, ExpectedIdToken expected, CancellationToken cancellationToken)
    {
        if (!CompactJws.TryParse(idToken, out var jws, MaxLength))
        {
            return Bad(IdTokenFaults.Malformed);
        }

        var (algorithm, kid, type, hasCritical) = jws.Header;
        if (hasCritical || algorithm is not ("RS256" or "ES256"))
        {
            return Bad(IdTokenFaults.Algorithm);
        }

        // Tokens of another kind, which the same keys may sign, say so in their type (RFC 8725, section 3.11).
        if (type is not null && !type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
        {
            return Bad(IdTokenFaults.Type);
        }

        if (await documents.FindKeyAsync(metadata, algorithm, kid, cancellationToken) is not { } key)
        {
            return Bad(IdTokenFaults.UnknownKey);
        }

        if (!key.Verify(jws.Signed, jws.Signature))
        {
            return Bad(IdTokenFaults.Signature);
        }

        try
        {
            using var document = JsonDocument.Parse(jws.Payload, Strict);
            var claims = document.RootElement;
            if (claims.ValueKind != JsonValueKind.Object)
            {
                return Bad(IdTokenFaults.Malformed);
            }

            TokenJson.CheckTexts(claims);
            return Fault(claims, metadata.Issuer, expected) is { } fault
                ? Bad(fault)
                : new IdTokenCheck(new IdToken(TokenJson.Text(claims, "sub")!, claims.Clone()), null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Bad(IdTokenFaults.Malformed);
        }
    }

    private string? Fault(JsonElement claims, string issuer, ExpectedIdToken expected)
    {
        var now = time.GetUtcNow();
        return claims switch
        {
            _ when TokenJson.Text(claims, "iss") != issuer => IdTokenFaults.Issuer,
            _ when Audiences(claims) is not { } audiences || !audiences.Contains(expected.ClientId) => IdTokenFaults.Audience,
            _ when !IsAuthorizedParty(claims, expected.ClientId) => IdTokenFaults.AuthorizedParty,
            _ when TokenJson.Time(claims, "exp") is not { } expires || expires + Leeway <= now => IdTokenFaults.Expired,
            _ when claims.TryGetProperty("nbf", out _) && (TokenJson.Time(claims, "nbf") is not { } notBefore || notBefore - Leeway > now) =>
                IdTokenFaults.NotYetValid,
            _ when TokenJson.Time(claims, "iat") is not { } issued || issued - Leeway > now || issued + Leeway < expected.StartedAt => IdTokenFaults.IssuedAt,
            _ when !Same(TokenJson.Text(claims, "nonce"), expected.Nonce) => IdTokenFaults.Nonce,
            _ when !IsSubject(TokenJson.Text(claims, "sub")) => IdTokenFaults.Subject,
            _ when claims.TryGetProperty("at_hash", out _) && !IsHashOf(TokenJson.Text(claims, "at_hash"), expected.AccessToken) => IdTokenFaults.AccessTokenHash,
            _ => null,
        };
    }

    private static List<string>? Audiences(JsonElement claims) =>
        TokenJson.Text(claims, "aud") is { } only ? [only] : ProviderMetadata.Texts(claims, "aud")?.ToList();

    /// <summary>With several audiences the token must name us as the one that it was issued to; where it names one, it must be us.</summary>
    private static bool IsAuthorizedParty(JsonElement claims, string clientId) =>
        claims.TryGetProperty("azp", out _)
            ? TokenJson.Text(claims, "azp") == clientId
            : Audiences(claims) is [_];

    private static bool IsSubject(string? subject) =>
        subject is { Length: > 0 and <= UserIdentity.SubjectMaxLength } && StorableText.IsStorable(subject);

    /// <summary>The left half of the access token's SHA-256 (section 3.1.3.6); both algorithms have that hash.</summary>
    private static bool IsHashOf(string? hash, string? accessToken) =>
        accessToken is not null && Same(hash, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)));

    private static bool Same(string? given, string expected) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static IdTokenCheck Bad(string fault) => new(null, fault);
}
