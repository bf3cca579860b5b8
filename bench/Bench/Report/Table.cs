using System.Text;

namespace ProductionReady.Bench.Report;

/// <summary>A Markdown table; numbers belong to the right.</summary>
internal sealed class Table(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    internal void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text, columns);
        Append(text, [.. columns.Select((_, index) => index == 0 ? "---" : "---:")]);
        _rows.ForEach(row => Append(text, row));
        return text.ToString();
    }

    private static void Append(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
