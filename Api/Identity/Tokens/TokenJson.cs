using System.Text.Json;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>How JSON inside of tokens is read: flat, and no member twice (RFC 7519, section 4 leaves a choice; this is the strict one).</summary>
internal static class TokenJson
{
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Reads all names and texts once: an escape that is half of a surrogate pair passes for JSON until it is read.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    public static void CheckTexts(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                _ = member.Name;
                CheckTexts(member.Value);
            }
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in json.EnumerateArray())
            {
                CheckTexts(item);
            }
        }
        else if (json.ValueKind == JsonValueKind.String)
        {
            _ = json.GetString();
        }
    }

    public static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>A time as seconds since 1970 (NumericDate); null when missing or not a sane number.</summary>
    public static DateTimeOffset? Time(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out var seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>A whole number of 0 or more; null when missing or something else.</summary>
    public static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) && number >= 0
            ? number
            : null;

    public static Guid? Id(JsonElement json, string name) =>
        Guid.TryParseExact(Text(json, name), "D", out var id) && id != Guid.Empty ? id : null;
}
