using System.Diagnostics.CodeAnalysis;

namespace ProductionReady.Api.Identity.Oidc.IdTokens;

/// <summary>What an ID token must fit.</summary>
/// <param name="ClientId">Whom it is for.</param>
/// <param name="Nonce">What it must repeat.</param>
/// <param name="AccessToken">What came with it, if anything did.</param>
/// <param name="StartedAt">When the sign-in began; a token from before answers another one.</param>
public sealed record ExpectedIdToken(string ClientId, string Nonce, string? AccessToken, DateTimeOffset StartedAt);

/// <summary>A good ID token, or what is wrong with it.</summary>
/// <param name="Token">The token.</param>
/// <param name="Fault">A word as in <see cref="IdTokenFaults"/>.</param>
public sealed record IdTokenCheck(IdToken? Token, string? Fault)
{
    /// <summary>Whether it is good.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsGood => Token is not null;
}

/// <summary>What can be wrong with an ID token.</summary>
public static class IdTokenFaults
{
    public const string Malformed = "malformed";
    public const string Type = "type";
    public const string Algorithm = "algorithm";
    public const string UnknownKey = "unknown_key";
    public const string Signature = "signature";
    public const string Issuer = "issuer";
    public const string Audience = "audience";
    public const string AuthorizedParty = "authorized_party";
    public const string Expired = "expired";
    public const string NotYetValid = "not_yet_valid";
    public const string IssuedAt = "issued_at";
    public const string Nonce = "nonce";
    public const string Subject = "subject";
    public const string AccessTokenHash = "access_token_hash";
}
