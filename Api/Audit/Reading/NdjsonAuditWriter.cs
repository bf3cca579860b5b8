using System.Text.Encodings.Web;
using System.Text.Json;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>
/// Writes one JSON object a line. <c>before</c> and <c>after</c> are strings that hold JSON: that very text is what was hashed.
/// The last line is <c>{"end":{…}}</c>.
/// </summary>
public sealed class NdjsonAuditWriter(Stream body) : IAuditWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly BufferedStream _buffer = new(body, 64 * 1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, Options);

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteAsync(AuditRow entry, CancellationToken cancellationToken) => LineAsync(
        () =>
        {
            _json.WriteNumber("seq", entry.Seq);
            foreach (var (name, text) in AuditColumns.Of(entry))
            {
                _json.WriteString(name, text);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await _buffer.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask EndAsync(AuditExportEnd end, CancellationToken cancellationToken) => LineAsync(
        () =>
        {
            _json.WritePropertyName("end");
            JsonSerializer.Serialize(_json, end, JsonSerializerOptions.Web);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _json.DisposeAsync();

    private async ValueTask LineAsync(Action write, CancellationToken cancellationToken)
    {
        _json.Reset(_buffer);
        _json.WriteStartObject();
        write();
        _json.WriteEndObject();
        await _json.FlushAsync(cancellationToken);
        _buffer.WriteByte((byte)'\n');
    }
}
