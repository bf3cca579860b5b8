using System.Globalization;
using System.Text.RegularExpressions;

namespace ProductionReady.Bench.Processes;

/// <summary>What a program took from start to end, with all its descendants that it waited for.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="CpuSeconds">User and system.</param>
/// <param name="Output">Its standard output.</param>
internal sealed partial record TimedCommand(double Seconds, double CpuSeconds, string Output)
{
    /// <summary>Runs it to its end.</summary>
    /// <exception cref="BenchException">It ended with another code than 0; the message holds what it said.</exception>
    internal static async Task<TimedCommand> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null, string? asUser = null)
    {
        // bash's own word for it counts the descendants too, and needs no program beside it.
        var output = await Command.RunAsync(
            "bash",
            ["-c", "TIMEFORMAT='%R %U %S'; exec 3>&1; { time \"$@\" 2>&4 1>&3; } 4>&2 2>&1", "bash", program, .. arguments],
            cancellation,
            environment,
            asUser);
        var times = Times().Match(output);
        return new TimedCommand(Number(times, 1), Number(times, 2) + Number(times, 3), output[..times.Index]);
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"([\d.]+) ([\d.]+) ([\d.]+)\s*$")]
    private static partial Regex Times();
}
