using System.Globalization;
using System.Security;
using System.Text;

namespace ProductionReady.Bench.Report;

/// <summary>Groups of horizontal bars with their spread, as SVG. Each group has its own scale, in one unit.</summary>
internal sealed class BarChart(string title)
{
    private const int Left = 190;
    private const int BarsWidth = 420;
    private const int RowHeight = 24;
    private static readonly string[] Colours = ["#2b6cb0", "#718096", "#a0aec0", "#cbd5e0"];
    private readonly List<Group> _groups = [];

    private sealed record Group(string Heading, string Unit, string Format, IReadOnlyList<(string Label, Spread Value)> Bars);

    /// <summary>Adds a group; the first bar is the one that is being judged.</summary>
    internal void Add(string heading, string unit, string format, IReadOnlyList<(string Label, Spread Value)> bars) =>
        _groups.Add(new Group(heading, unit, format, bars));

    public override string ToString()
    {
        var height = 50 + _groups.Sum(group => 40 + group.Bars.Count * RowHeight);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" viewBox="0 0 760 {height}" font-family="system-ui, sans-serif" font-size="13" role="img">
            <title>{SecurityElement.Escape(title)}</title>
            <rect width="760" height="{height}" fill="#ffffff"/>
            <text x="20" y="28" font-size="16" font-weight="600" fill="#1a202c">{SecurityElement.Escape(title)}</text>

            """);
        var top = 50;
        foreach (var group in _groups)
        {
            Draw(svg, group, top);
            top += 40 + group.Bars.Count * RowHeight;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, Group group, int top)
    {
        var scale = BarsWidth / group.Bars.Max(bar => bar.Value.Most);
        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="20" y="{top + 14}" font-weight="600" fill="#2d3748">{SecurityElement.Escape(group.Heading)} ({SecurityElement.Escape(group.Unit)})</text>

            """);
        for (var i = 0; i < group.Bars.Count; i++)
        {
            var (label, value) = group.Bars[i];
            var y = top + 24 + i * RowHeight;
            var middle = y + 8;
            svg.Append(CultureInfo.InvariantCulture, $"""
                <text x="{Left - 8}" y="{y + 13}" text-anchor="end" fill="#4a5568">{SecurityElement.Escape(label)}</text>
                <rect x="{Left}" y="{y}" width="{value.Median * scale:0.#}" height="16" fill="{Colours[Math.Min(i, Colours.Length - 1)]}"/>
                <path d="M{Left + value.Least * scale:0.#} {middle}H{Left + value.Most * scale:0.#}" stroke="#1a202c" stroke-width="1.5"/>
                <text x="{Left + value.Most * scale + 8:0.#}" y="{y + 13}" fill="#1a202c">{value.Median.ToString(group.Format, CultureInfo.InvariantCulture)}</text>

                """);
        }
    }
}
