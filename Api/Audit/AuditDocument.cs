using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProductionReady.Api.Audit;

/// <summary>The JSON of <c>before</c> and <c>after</c>.</summary>
public static class AuditDocument
{
    /// <summary>Longest document, in characters; of a longer one only the size is recorded.</summary>
    public const int MaxLength = 32 * 1024;

    private const string Redacted = "[redacted]";

    private static readonly string[] SecretNames = ["password", "secret", "token", "hash", "recoveryCode"];
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The document of an object. Secrets do not belong in it; should a text member's name still sound like one
    /// (<c>password</c>, <c>secret</c>, <c>token</c>, <c>hash</c>), its value is left out.
    /// </summary>
    public static string? Of(object? value)
    {
        if (value is null)
        {
            return null;
        }

        var document = JsonSerializer.SerializeToNode(value, value.GetType(), Options);
        Redact(document);
        var text = document?.ToJsonString(Options);
        return text is { Length: > MaxLength } ? JsonSerializer.Serialize(new { tooLongToKeep = text.Length }, Options) : text;
    }

    private static void Redact(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Redact(item);
            }
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String
                    && SecretNames.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase)))
                {
                    members[name] = Redacted;
                }
                else
                {
                    Redact(value);
                }
            }
        }
    }
}
