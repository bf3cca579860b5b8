using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProductionReady.Api.Json;

/// <summary>
/// How request bodies are read: strictly, so that a misspelt field is an error and not silence. Unknown members, members
/// given twice, null where the type says it cannot be, numbers in quotes, comments and trailing commas give 400; so does
/// text that PostgreSQL could not store (<see cref="StorableTextConverter"/>).
/// </summary>
public static class StrictJson
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int MaxDepth = 32;

    /// <summary>Options of the same rules for code that reads JSON outside of parameter binding.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Applies the rules to options with web defaults.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;

        // Answers are never HTML, and browsers are told not to guess: names in any script stay as they are.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new StorableTextConverter());
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Configure(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
