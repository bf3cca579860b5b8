using System.Globalization;
using System.Text.Json;
using CsvHelper;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>
/// Writes CSV (RFC 4180) that <see cref="SpreadsheetGuard"/> makes safe to open. An empty field is a null: the trail holds no
/// empty text. The last record has <c>end</c> for its seq, what <see cref="AuditExportEnd"/> says as JSON under <c>after</c>, and
/// the last hash under <c>hash</c>.
/// </summary>
public sealed class CsvAuditWriter(Stream body) : IAuditWriter
{
    private readonly CsvWriter _csv = CsvWriter.Create(body, CsvWriterOptions.Default, leaveOpen: true);

    /// <inheritdoc/>
    public async ValueTask StartAsync(CancellationToken cancellationToken) =>
        await _csv.WriteRecordAsync(["seq", .. AuditColumns.Names], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(AuditRow entry, CancellationToken cancellationToken)
    {
        _csv.WriteField(entry.Seq.ToString(CultureInfo.InvariantCulture));
        foreach (var (_, text) in AuditColumns.Of(entry))
        {
            _csv.WriteField(SpreadsheetGuard.Add(text));
        }

        await _csv.EndRecordAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await _csv.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask EndAsync(AuditExportEnd end, CancellationToken cancellationToken)
    {
        _csv.WriteField("end");
        foreach (var name in AuditColumns.Names)
        {
            _csv.WriteField(name switch
            {
                "after" => JsonSerializer.Serialize(end, JsonSerializerOptions.Web),
                "hash" => end.LastHash,
                _ => null,
            });
        }

        await _csv.EndRecordAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
