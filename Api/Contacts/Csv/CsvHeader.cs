using System.Collections.Frozen;
using CsvHelper;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Rules;

namespace ProductionReady.Api.Contacts.Csv;

/// <summary>
/// Which column holds which field. Columns are found by name, in any order and case; <c>name</c> must be there, the others
/// may be left out. A column of another name or one that is there twice is a mistake of whoever made the file, and
/// importing the rest would lose data without a word.
/// </summary>
public sealed class CsvHeader
{
    private static readonly string[] Names =
        [ContactField.Name, ContactField.Gender, ContactField.Age, ContactField.Address, ContactField.Phone, ContactField.Email];

    private readonly int[] _columns;

    private CsvHeader(int[] columns, int count)
    {
        _columns = columns;
        Count = count;
        Fields = Names.Where((_, i) => columns[i] >= 0).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The column names in the order in which <see cref="CsvContactWriter"/> writes them.</summary>
    public static IReadOnlyList<string> Columns => Names;

    /// <summary>How many fields each row has.</summary>
    public int Count { get; }

    /// <summary>The fields that have a column.</summary>
    public IReadOnlySet<string> Fields { get; }

    /// <summary>Finds the columns.</summary>
    /// <exception cref="UnreadableFileException">Says all that is wrong with the header.</exception>
    public static CsvHeader Of(IReadOnlyList<string> header)
    {
        if (header.All(string.IsNullOrWhiteSpace))
        {
            throw new UnreadableFileException("The file is empty: its first line must name the columns, as in " + string.Join(',', Names) + ".");
        }

        var wrong = new List<string>();
        var columns = new int[Names.Length];
        Array.Fill(columns, -1);
        for (var i = 0; i < header.Count; i++)
        {
            var field = Array.FindIndex(Names, name => name.Equals(header[i].Trim(), StringComparison.OrdinalIgnoreCase));
            if (field < 0)
            {
                wrong.Add($"column {i + 1} '{Shortened(header[i].Trim())}' is unknown");
            }
            else if (columns[field] >= 0)
            {
                wrong.Add($"column '{Names[field]}' is there twice");
            }
            else
            {
                columns[field] = i;
            }
        }

        if (columns[0] < 0)
        {
            wrong.Add("column 'name' is missing");
        }

        return wrong.Count == 0
            ? new(columns, header.Count)
            : throw new UnreadableFileException($"The header does not fit: {string.Join("; ", wrong.Take(10))}. Columns, separated by commas: {string.Join(", ", Names)}.");
    }

    /// <summary>The reader's current row, each field without the mark of <see cref="SpreadsheetGuard"/>.</summary>
    public ContactDraft Read(CsvReader csv) => new()
    {
        Name = Text(csv, 0),
        Gender = Text(csv, 1),
        Age = Text(csv, 2),
        Address = Text(csv, 3),
        Phone = Text(csv, 4),
        Email = Text(csv, 5),
    };

    private string? Text(CsvReader csv, int field) =>
        _columns[field] < 0 ? null : SpreadsheetGuard.Remove(csv.GetString(_columns[field]));

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
