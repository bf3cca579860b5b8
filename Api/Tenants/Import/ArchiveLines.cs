using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Api.Json;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>A line of a file of an archive: one row.</summary>
/// <param name="Place">File and line, as in <c>contacts.ndjson:17</c>.</param>
/// <param name="Number">The line, from 1.</param>
/// <param name="Members">What it holds.</param>
internal sealed record ArchiveLine(string Place, long Number, JsonObject Members)
{
    /// <summary>Refuses the archive for this line's sake.</summary>
    public ArchiveRefusedException Refused(string reason) => new(Place, reason);

    /// <summary>A member that is text.</summary>
    public string Text(string name) => TextOf(Members[name]) ?? throw Refused($"{name} must be text");

    /// <summary>A member that is a list of text.</summary>
    public string[] Texts(string name) => Members[name] is JsonArray list
        ? [.. list.Select(item => TextOf(item) ?? throw Refused($"{name} must be a list of text"))]
        : throw Refused($"{name} must be a list");

    /// <summary>A member that is a UUID.</summary>
    public Guid Id(string name) => Guid.TryParseExact(Text(name), "D", out var id) && id != Guid.Empty ? id : throw Refused($"{name} must be a UUID");

    /// <summary>A member that is a time, in UTC.</summary>
    public DateTime Time(string name) =>
        DateTimeOffset.TryParse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime
            : throw Refused($"{name} must be a time");

    private static string? TextOf(JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue<string>(out var text) && StorableText.IsStorable(text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            // The reader's way of saying that an escape is half of a surrogate pair.
            return null;
        }
    }

    /// <summary>A member that is true or false.</summary>
    public bool Flag(string name) => Members[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : throw Refused($"{name} must be true or false");
}

/// <summary>Reads files of archives line by line.</summary>
internal static class ArchiveLines
{
    /// <summary>Longest line that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = StrictJson.MaxDepth };

    /// <summary>The lines of a file.</summary>
    /// <exception cref="ArchiveRefusedException">A line is no JSON object, or too long.</exception>
    public static async IAsyncEnumerable<ArchiveLine> ReadAsync(
        UploadedArchive archive, string file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(archive.Open(file));
        try
        {
            for (var number = 1L; await NextAsync(reader, $"{file}:{number}", cancellationToken) is { } members; number++)
            {
                yield return new ArchiveLine($"{file}:{number}", number, members);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static async ValueTask<JsonObject?> NextAsync(PipeReader reader, string place, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var members = Parse(result.Buffer.Slice(0, end), place);
                reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return members;
            }

            if (result.IsCompleted)
            {
                return result.Buffer.IsEmpty ? null : throw new ArchiveRefusedException(place, "is cut off");
            }

            if (result.Buffer.Length > MaxBytes)
            {
                throw new ArchiveRefusedException(place, "is longer than a row can be");
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static JsonObject Parse(ReadOnlySequence<byte> line, string place)
    {
        try
        {
            return JsonNode.Parse(line.ToArray(), documentOptions: Strict) as JsonObject ?? throw new ArchiveRefusedException(place, "is no JSON object");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is the parser's way of saying that a member's name has half of a surrogate pair.
            throw new ArchiveRefusedException(place, "is no JSON object");
        }
    }
}
