using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>Makes access tokens: RS256 JWTs in the profile of RFC 9068.</summary>
public sealed class AccessTokenIssuer(SigningKeyRing keys, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>No HTML is near: <c>at+jwt</c> needs no escape, though one would be valid.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Life of a token.</summary>
    public TimeSpan Lifetime => options.Value.AccessTokenLifetime;

    /// <summary>Signs a token for the principal.</summary>
    public async ValueTask<string> IssueAsync(Principal principal, CancellationToken cancellationToken)
    {
        var key = await keys.CurrentAsync(cancellationToken);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new Dictionary<string, object> { ["alg"] = CompactJws.Algorithm, ["typ"] = AccessTokenValidator.Type, ["kid"] = key.Kid };
        var claims = new Dictionary<string, object>
        {
            ["iss"] = options.Value.Issuer,
            ["aud"] = options.Value.Audience,
            ["sub"] = principal.SubjectId,
            ["tid"] = principal.TenantId,
            ["sid"] = principal.CredentialId,
            ["jti"] = Guid.CreateVersion7(),
            ["roles"] = principal.Roles.Order(StringComparer.Ordinal),
            ["scope"] = string.Join(' ', principal.Permissions.Order(StringComparer.Ordinal)),
            ["ver"] = principal.Version,
            ["token_use"] = AccessTokenValidator.Use,
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + (long)Lifetime.TotalSeconds,
        };
        return Sign(header, claims, key);
    }

    /// <summary>A JWS in compact form (RFC 7515, section 7.1).</summary>
    internal static string Sign(Dictionary<string, object> header, Dictionary<string, object> claims, SigningKeyPair key)
    {
        var signed = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, Plain)) + "."
            + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, Plain));
        return signed + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
    }
}
