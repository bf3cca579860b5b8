using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Report;

/// <summary>Writes a part's table and chart to bench/results.</summary>
internal sealed class ResultFiles(Workplace place, string command)
{
    private ForeignLoad _others = new();

    /// <summary>A part begins: what others use of the machine is counted from here.</summary>
    internal void Begin() => _others = new ForeignLoad();

    /// <summary>Writes NAME.md and NAME.svg and prints the table.</summary>
    internal async Task WriteAsync(
        string name, string title, string method, string table, BarChart chart, CancellationToken cancellation)
    {
        Directory.CreateDirectory(place.Results);
        var text = $"""
            # {title}

            {method}

            {table}
            ![{title}]({name}.svg)

            `{command}` at {await MachineFacts.CommitAsync(place, cancellation)}, {DateTime.UtcNow:yyyy-MM-dd}. {await MachineFacts.DescribeAsync(place, cancellation)}. Others used {_others.Share():0%} of the machine meanwhile.

            """;
        await File.WriteAllTextAsync(Path.Combine(place.Results, $"{name}.md"), text, cancellation);
        await File.WriteAllTextAsync(Path.Combine(place.Results, $"{name}.svg"), chart.ToString(), cancellation);
        Console.WriteLine($"\n{table}");
    }
}
