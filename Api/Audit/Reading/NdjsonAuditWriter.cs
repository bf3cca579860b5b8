using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>
/// Writes one JSON object a line. <c>before</c> and <c>after</c> are strings that hold JSON: that very text is what was hashed.
/// The last line is <c>{"end":{…}}</c>.
/// </summary>
public sealed class NdjsonAuditWriter : IAuditWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Stream _body;
    private readonly Utf8JsonWriter _json;

    /// <summary>Writes to a stream, which it leaves open.</summary>
    public NdjsonAuditWriter(Stream body)
    {
        _body = body;
        _json = new Utf8JsonWriter(_lines, Options);
    }

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(AuditRow entry, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WriteNumber("seq", entry.Seq);
        foreach (var (name, text) in AuditColumns.Of(entry))
        {
            _json.WriteString(name, text);
        }

        return EndLine();
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _body.WriteAsync(_lines.WrittenMemory, cancellationToken);
        await _body.FlushAsync(cancellationToken);
        _lines.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public ValueTask EndAsync(AuditExportEnd end, CancellationToken cancellationToken)
    {
        _json.WriteStartObject();
        _json.WritePropertyName("end");
        JsonSerializer.Serialize(_json, end, JsonSerializerOptions.Web);
        return EndLine();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private ValueTask EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
        return ValueTask.CompletedTask;
    }
}
