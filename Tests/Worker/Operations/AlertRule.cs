using System.Globalization;
using System.Text.RegularExpressions;

namespace ProductionReady.Tests.Worker.Operations;

/// <summary>A rule of <c>deploy/alerts/backups.yml</c>, as far as its expressions go: a comparison of one metric, or its absence.</summary>
/// <param name="Name">Of the alert.</param>
/// <param name="Metric">As Prometheus names it.</param>
/// <param name="Least">Whether the least of the metric's values counts, and not the greatest.</param>
/// <param name="Above">Whether it fires above the limit, and not below; null when it fires without any value.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Runbook">Path from the root of the repository.</param>
internal sealed partial record AlertRule(string Name, string Metric, bool Least, bool? Above, double Limit, string Severity, string Runbook)
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "aspire-manifest.json")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("No folder above the tests holds the solution.");
            }

            return folder.FullName;
        }
    }

    /// <summary>All of the file; a rule of another form is an error.</summary>
    public static IReadOnlyList<AlertRule> All()
    {
        var text = File.ReadAllText(Path.Combine(Root, "deploy", "alerts", "backups.yml"));
        return [.. text.Split("- alert: ").Skip(1).Select(Parse)];
    }

    /// <summary>Whether it fires with these values of its metric.</summary>
    public bool Fires(IReadOnlyList<double> values) => (values.Count, Above) switch
    {
        (0, null) => true,
        (_, null) or (0, _) => false,
        (_, true) => (Least ? values.Min() : values.Max()) > Limit,
        _ => (Least ? values.Min() : values.Max()) < Limit,
    };

    private static AlertRule Parse(string rule)
    {
        var name = rule[..rule.IndexOf('\n', StringComparison.Ordinal)].Trim();
        var form = Expression().Match(rule);
        form.Success.ShouldBeTrue($"{name} has an expression that this test does not know: {rule}");
        return new AlertRule(
            name,
            form.Groups["metric"].Value,
            form.Groups["function"].Value == "min",
            form.Groups["function"].Value == "absent" ? null : form.Groups["than"].Value == ">",
            form.Groups["limit"].Success ? double.Parse(form.Groups["limit"].Value, CultureInfo.InvariantCulture) : 0,
            Field(rule, "severity"),
            Field(rule, "runbook_url"));
    }

    [GeneratedRegex(@"^ +expr: (?<function>min|max|absent)\((?<metric>[a-z_]+)\)( (?<than>[<>]) (?<limit>[0-9.]+))?$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    private static string Field(string rule, string name) => Regex.Match(rule, $@"^ +{name}: (\S+)$", RegexOptions.Multiline).Groups[1].Value;
}
