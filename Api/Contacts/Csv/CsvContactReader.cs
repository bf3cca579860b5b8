using System.Globalization;
using System.Text.Unicode;
using CsvHelper;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.Csv;

/// <summary>
/// Reads contacts from CSV (RFC 4180) in UTF-8, with or without a byte order mark, lines ending in CRLF or LF. The first
/// record names the columns, see <see cref="CsvHeader"/>. A row that breaks the format is reported and the next one read;
/// only a record beyond <see cref="MaxRecordBytes"/>, as an unclosed quote makes, ends the reading.
/// </summary>
public sealed class CsvContactReader : IContactReader
{
    /// <summary>Bytes that one record may take: ten times what the longest valid contact needs.</summary>
    public const int MaxRecordBytes = 64 * 1024;

    private readonly CsvReader _csv;
    private CsvHeader? _header;
    private CsvMalformedReason? _malformed;

    public CsvContactReader(Stream body)
    {
        _csv = CsvReader.Create(body, Options with { OnMalformedRecord = record => _malformed = record.Reason }, leaveOpen: true);
    }

    /// <inheritdoc/>
    public IReadOnlySet<string> Fields => _header?.Fields ?? throw new InvalidOperationException("Read the first record before.");

    /// <inheritdoc/>
    public long Line { get; private set; }

    /// <inheritdoc/>
    public ContactDraft Draft { get; private set; }

    /// <inheritdoc/>
    public BrokenRule? Unreadable { get; private set; }

    /// <inheritdoc/>
    public bool Stopped { get; private set; }

    private static CsvReaderOptions Options { get; } = new()
    {
        Separator = ',',
        TrackLineNumbers = true,
        MaxRecordSize = MaxRecordBytes,
        MalformedData = CsvMalformedDataHandling.Recover,
        PoolStrings = true,
    };

    /// <inheritdoc/>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _header ??= await ReadHeaderAsync(cancellationToken);
        _malformed = null;
        try
        {
            if (Stopped || !await _csv.ReadAsync(cancellationToken))
            {
                return false;
            }
        }
        catch (CsvFormatException e)
        {
            Stopped = true;
            Line = e.LineNumber;
            Unreadable = new(null, "is longer than 64 KiB, perhaps for a quotation mark that is never closed; nothing from here on was read");
            return true;
        }

        Line = _csv.LineNumber;
        Unreadable = WhatIsWrong(_header);
        Draft = Unreadable is null ? _header.Read(_csv) : default;
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _csv.DisposeAsync();

    private BrokenRule? WhatIsWrong(CsvHeader header)
    {
        if (_malformed is { } reason)
        {
            return new(null, reason switch
            {
                CsvMalformedReason.StrayQuote => "has a quotation mark inside a field that is not quoted",
                CsvMalformedReason.TextAfterClosingQuote => "has text after the closing quotation mark of a field",
                _ => "opens a quotation mark that is never closed; the rest of the file was read as part of this row",
            });
        }

        return _csv.FieldCount != header.Count
            ? new(null, string.Create(CultureInfo.InvariantCulture, $"has {_csv.FieldCount} fields where the header has {header.Count}"))
            : !Utf8.IsValid(_csv.RawRecord) ? new(null, "is not valid UTF-8") : null;
    }

    private async ValueTask<CsvHeader> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _csv.ReadHeaderAsync(cancellationToken);
        }
        catch (CsvFormatException)
        {
            throw new UnreadableFileException("The first line is too long to be a header of column names.");
        }

        return _malformed is null
            ? CsvHeader.Of(_csv.Headers)
            : throw new UnreadableFileException("The quotation marks in the header are not those of RFC 4180.");
    }
}
