using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>
/// Reads contacts from any number of vCards of version 4.0 (RFC 6350), one after the other. A card of another version, or
/// one that is broken, is reported by the line it begins on, and the next is read.
/// </summary>
public sealed class VCardContactReader(Stream body, TimeProvider time) : IContactReader
{
    private static readonly FrozenSet<string> AllFields = CsvHeader.Columns.ToFrozenSet(StringComparer.Ordinal);

    private readonly VCardLineReader _lines = new(body);
    private readonly DateOnly _today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
    private bool _begun;

    /// <inheritdoc/>
    public IReadOnlySet<string> Fields => AllFields;

    /// <inheritdoc/>
    public long Line { get; private set; }

    /// <inheritdoc/>
    public ContactDraft Draft { get; private set; }

    /// <inheritdoc/>
    public BrokenRule? Unreadable { get; private set; }

    /// <inheritdoc/>
    public bool Stopped => false;

    /// <inheritdoc/>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        var first = Line == 0;
        if (!_begun && !await NextLineAsync(cancellationToken))
        {
            return first ? throw NoCards() : false;
        }

        Line = _lines.Number;
        Draft = default;
        Unreadable = null;
        if (!IsBegin)
        {
            if (first)
            {
                throw NoCards();
            }

            // What stands between two cards is reported once, however long it is.
            Unreadable = new(null, "stands outside of a card");
            while (await NextLineAsync(cancellationToken) && !IsBegin)
            {
            }

            _begun = IsBegin;
            return true;
        }

        await ReadCardAsync(cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private bool IsBegin => Ascii.EqualsIgnoreCase(_lines.Line.TrimEnd((byte)' '), "BEGIN:VCARD"u8);

    private bool IsEnd => Ascii.EqualsIgnoreCase(_lines.Line.TrimEnd((byte)' '), "END:VCARD"u8);

    private async ValueTask ReadCardAsync(CancellationToken cancellationToken)
    {
        var card = new VCardDraft(_today);
        while (await NextLineAsync(cancellationToken))
        {
            if (IsBegin)
            {
                _begun = true;
                Unreadable = new(null, "is a card without END:VCARD");
                return;
            }

            if (IsEnd)
            {
                _begun = false;
                Unreadable ??= WrongVersion(card.Version);
                Draft = Unreadable is null ? card.Draft() : default;
                return;
            }

            Take(card);
        }

        _begun = false;
        Unreadable = new(null, "is a card without END:VCARD");
    }

    private void Take(VCardDraft card)
    {
        var line = _lines.Line;
        var name = line[..Math.Max(0, line.IndexOfAny((byte)';', (byte)':'))];
        if (!VCardDraft.Knows(Encoding.ASCII.GetString(name[(name.LastIndexOf((byte)'.') + 1)..]).Trim().ToUpperInvariant()))
        {
            return;
        }

        if (_lines.IsCut || !Utf8.IsValid(line))
        {
            Unreadable ??= new(null, _lines.IsCut ? "has a line of more than 16 KiB" : "is not valid UTF-8");
        }
        else if (VCardProperty.Parse(Encoding.UTF8.GetString(line)) is { } property)
        {
            card.Add(property);
        }
    }

    private async ValueTask<bool> NextLineAsync(CancellationToken cancellationToken)
    {
        while (await _lines.ReadAsync(cancellationToken))
        {
            if (_lines.Line.ContainsAnyExcept((byte)' ', (byte)'\t'))
            {
                return true;
            }
        }

        return false;
    }

    private static BrokenRule? WrongVersion(string? version) => version switch
    {
        "4.0" => null,
        null => new(null, "is a card without VERSION"),
        _ => new(null, $"is a vCard of version {(version.Length <= 8 ? version : version[..8] + "…")}; only 4.0 (RFC 6350) is read"),
    };

    private static UnreadableFileException NoCards() => new("The file does not start with BEGIN:VCARD, as vCards do.");
}
