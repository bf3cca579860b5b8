using CsvHelper;
using ProductionReady.Api.Contacts.Export;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Api.Contacts.Csv;

/// <summary>
/// Writes contacts as CSV (RFC 4180: UTF-8 without a byte order mark, CRLF, quotes where needed) that
/// <see cref="CsvContactReader"/> reads back to the same contacts and <see cref="SpreadsheetGuard"/> makes safe to open.
/// </summary>
public sealed class CsvContactWriter(Stream body) : IContactWriter
{
    private readonly CsvWriter _csv = CsvWriter.Create(body, CsvWriterOptions.Default, leaveOpen: true);

    /// <inheritdoc/>
    public async ValueTask StartAsync(CancellationToken cancellationToken) =>
        await _csv.WriteRecordAsync([.. CsvHeader.Columns], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ContactFields contact, CancellationToken cancellationToken)
    {
        _csv.WriteField(SpreadsheetGuard.Add(contact.Name));
        _csv.WriteField(StoredText.Of(contact.Gender));
        _csv.WriteField(contact.Age);
        _csv.WriteField(SpreadsheetGuard.Add(contact.Address));
        _csv.WriteField(SpreadsheetGuard.Add(contact.Phone));
        _csv.WriteField(SpreadsheetGuard.Add(contact.Email));
        await _csv.EndRecordAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await _csv.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _csv.DisposeAsync();
}
