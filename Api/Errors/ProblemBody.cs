using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProductionReady.Api.Errors;

/// <summary>The wire form of <see cref="ApiProblem"/> (RFC 9457, section 3).</summary>
public sealed record ProblemBody
{
    /// <summary>A URN that names the kind of problem; it ends in <see cref="Code"/>.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status, again.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time.</summary>
    public string? Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>What a program branches on.</summary>
    public required string Code { get; init; }

    /// <summary>The W3C trace id (32 hex digits) to look the request up by in logs and traces.</summary>
    public required string TraceId { get; init; }

    /// <summary>Messages by field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>With <c>second_factor_required</c>: what to send with the code, good for five minutes.</summary>
    public string? Challenge { get; init; }
}

[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>No HTML is near, and browsers are told not to look for any: text stays as it is.</summary>
    public static ProblemJson Readable { get; } =
        new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
}
