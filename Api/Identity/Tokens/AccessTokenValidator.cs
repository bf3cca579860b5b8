using System.Collections.Frozen;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// Checks everything in an access token (RFC 9068) that can be checked without asking the database: signature, type, issuer,
/// audience, times, and that all claims are there. Whether its session was revoked is another question (SessionCheck).
/// </summary>
public sealed class AccessTokenValidator(IVerificationKeys keys, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>How far clocks may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    /// <summary>Header <c>typ</c> of an access token.</summary>
    public const string Type = "at+jwt";

    /// <summary>Claim that tells access tokens from others the same keys may sign one day.</summary>
    public const string Use = "access";

    /// <summary>The token, or null. Why it is refused is not told: it would help nobody but a forger.</summary>
    public async ValueTask<AccessToken?> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        if (!CompactJws.TryParse(token, out var jws)
            || jws.Header is not { Type: Type, KeyId: { Length: > 0 and <= 64 } kid }
            || await keys.FindAsync(kid, cancellationToken) is not { } key
            || key.IsRetired(time.GetUtcNow())
            || CompactJws.Verify(jws, key) is not { } payload)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(payload, TokenJson.Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement, kid) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a token that was found good before still is: not expired, and its key not retired.</summary>
    public bool IsStillGood(AccessToken token) => token.ExpiresAt + Leeway > time.GetUtcNow() && keys.IsAccepted(token.KeyId);

    private AccessToken? Read(JsonElement claims, string kid)
    {
        var now = time.GetUtcNow();
        if (TokenJson.Text(claims, "iss") != options.Value.Issuer
            || TokenJson.Text(claims, "aud") != options.Value.Audience
            || TokenJson.Text(claims, "token_use") != Use
            || TokenJson.Time(claims, "exp") is not { } expires || expires + Leeway <= now
            || TokenJson.Time(claims, "nbf") is not { } notBefore || notBefore - Leeway > now
            || TokenJson.Time(claims, "iat") is not { } issued || issued - Leeway > now
            || TokenJson.Id(claims, "sub") is not { } user
            || TokenJson.Id(claims, "tid") is not { } tenant
            || TokenJson.Id(claims, "sid") is not { } session
            || TokenJson.Number(claims, "ver") is not { } version
            || TokenJson.Text(claims, "scope") is not { } scope
            || Roles(claims) is not { } roles)
        {
            return null;
        }

        var identity = new ClaimsIdentity([new Claim("sub", user.ToString()), new Claim("tid", tenant.ToString())], "Bearer", "sub", "roles");
        identity.AddClaims(roles.Select(role => new Claim("roles", role)));
        var permissions = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
        var principal = new Principal(PrincipalKind.User, user, tenant, session, roles, permissions, version);
        return new AccessToken(principal, new ClaimsPrincipal(identity), kid, issued, expires);
    }

    private static FrozenSet<string>? Roles(JsonElement claims) =>
        claims.TryGetProperty("roles", out var roles) && roles.ValueKind == JsonValueKind.Array
        && roles.EnumerateArray().All(role => role.ValueKind == JsonValueKind.String)
            ? roles.EnumerateArray().Select(role => role.GetString()!).ToFrozenSet(StringComparer.Ordinal)
            : null;
}
