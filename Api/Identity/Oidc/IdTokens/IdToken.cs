using System.Text.Json;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.IdTokens;

/// <summary>What a provider says about a user, once its ID token has been found good.</summary>
/// <param name="Subject">Claim <c>sub</c>.</param>
/// <param name="Claims">All claims.</param>
public sealed record IdToken(string Subject, JsonElement Claims)
{
    /// <summary>
    /// The address, if the provider says that it verified it. <c>email_verified</c> is a boolean; the text <c>"true"</c> is taken too,
    /// for well-known providers send it (Apple, Amazon Cognito), and it leaves nothing open. Anything else is not verified.
    /// </summary>
    public string? VerifiedEmail =>
        Claims.TryGetProperty("email_verified", out var verified)
        && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.ValueEquals("true")))
        && TokenJson.Text(Claims, "email") is { } email && EmailAddress.IsPlausible(email) && StorableText.IsStorable(email)
            ? email
            : null;

    /// <summary>A name for people: the claim <c>name</c>, or what stands before the address's <c>@</c>.</summary>
    public string DisplayName(string email)
    {
        var name = TokenJson.Text(Claims, "name")?.Trim();
        var shown = string.IsNullOrEmpty(name) || name.Any(char.IsControl) || !StorableText.IsStorable(name) ? email[..email.IndexOf('@', StringComparison.Ordinal)] : name;
        return shown.Length <= User.DisplayNameMaxLength
            ? shown
            : shown[..(char.IsHighSurrogate(shown[User.DisplayNameMaxLength - 1]) ? User.DisplayNameMaxLength - 1 : User.DisplayNameMaxLength)];
    }

    /// <summary>
    /// The texts of a claim: of a text itself, of an array its texts. The claim is found by its name, dots and all, or else as a path
    /// through objects.
    /// </summary>
    public IReadOnlyList<string> Texts(string path)
    {
        if (!Claims.TryGetProperty(path, out var found))
        {
            found = Claims;
            foreach (var step in path.Split('.'))
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step, out found))
                {
                    return [];
                }
            }
        }

        return found.ValueKind switch
        {
            JsonValueKind.String => [found.GetString()!],
            JsonValueKind.Array => [.. found.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!)],
            _ => [],
        };
    }

    /// <summary>Says nothing of the claims, for records print their members.</summary>
    public override string ToString() => nameof(IdToken);
}
