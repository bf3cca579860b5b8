using System.Diagnostics.CodeAnalysis;

namespace ProductionReady.Api.Contacts.Csv;

/// <summary>
/// Keeps spreadsheets from running cells as formulas (OWASP, "CSV Injection"): a cell that starts with <c>= + - @</c>, tab, CR or LF, or the full-width forms of the first four,
/// gets an apostrophe in front. Telephone numbers get it too: a spreadsheet would turn them into numbers. Importing takes
/// the apostrophe away again, and a cell that already starts with apostrophes and one of those characters gets another,
/// so every text comes back as it was.
/// </summary>
public static class SpreadsheetGuard
{
    private const char Mark = '\'';

    /// <summary>The text as a cell.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Add(string? text) => IsGuarded(text, atLeast: 0) ? Mark + text : text;

    /// <summary>The text of a cell; the inverse of <see cref="Add"/>.</summary>
    [return: NotNullIfNotNull(nameof(cell))]
    public static string? Remove(string? cell) => IsGuarded(cell, atLeast: 1) ? cell[1..] : cell;

    private static bool IsGuarded([NotNullWhen(true)] string? text, int atLeast)
    {
        var marks = text.AsSpan().IndexOfAnyExcept(Mark);
        return marks >= atLeast
            && text![marks] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\uff1d' or '\uff0b' or '\uff0d' or '\uff20';
    }
}
