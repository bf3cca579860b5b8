using ProductionReady.Data.Identity;

namespace ProductionReady.Api.ApiKeys;

/// <summary>An API key, without the key.</summary>
/// <param name="Id">Of the key; not a secret.</param>
/// <param name="Name">For people.</param>
/// <param name="Hint">How it begins and ends, to recognise it: <c>prk_…wxyz</c>.</param>
/// <param name="Scopes">What it permits, sorted.</param>
/// <param name="CreatedBy">The user who made it.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">When it stops being accepted, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was last used, UTC, written at most once a minute.</param>
/// <param name="RevokedAt">When it was revoked, UTC.</param>
public sealed record ApiKeyView(
    Guid Id, string Name, string Hint, IReadOnlyList<string> Scopes, Guid CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    /// <summary>The wire form.</summary>
    public static ApiKeyView Of(ApiKey key) => new(
        key.Id, key.Name, key.Hint, key.Scopes, key.CreatedBy, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt);
}

/// <summary>A page of API keys.</summary>
/// <param name="Items">The newest first.</param>
/// <param name="NextCursor">Of the next page; null on the last one.</param>
public sealed record ApiKeyPage(IReadOnlyList<ApiKeyView> Items, string? NextCursor);

/// <summary>A new API key with the key itself, which nobody can read again.</summary>
/// <param name="Key">The secret, to send as <c>Authorization: Bearer</c>.</param>
/// <param name="ApiKey">All else about it.</param>
public sealed record NewApiKeyView(string Key, ApiKeyView ApiKey)
{
    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => ApiKey.Hint;
}
