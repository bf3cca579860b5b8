using System.Globalization;

namespace ProductionReady.Bench.Report;

/// <summary>What a figure should reach. It is reported, never enforced: a busy machine proves nothing.</summary>
/// <param name="Limit">The worst value that still meets it.</param>
/// <param name="AtLeast">Whether more is better; otherwise less is.</param>
internal sealed record Goal(double Limit, bool AtLeast)
{
    /// <summary>The goal and whether the figure meets it, for a table cell.</summary>
    internal string Judge(double value, string unit = "")
    {
        var met = AtLeast ? value >= Limit : value < Limit;
        return string.Create(
            CultureInfo.InvariantCulture, $"{(AtLeast ? "≥" : "<")} {Limit:0.##}{unit}: {(met ? "met" : "**missed**")}");
    }
}
