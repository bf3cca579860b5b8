using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Report;

/// <summary>What the figures depend on: processor, memory, kernel, versions. Nothing that names the machine.</summary>
internal static partial class MachineFacts
{
    internal static async Task<string> DescribeAsync(Workplace place, CancellationToken cancellation)
    {
        var postgres = await Command.RunAsync(Path.Combine(place.PostgresBinaries, "postgres"), ["--version"], cancellation);
        var redis = await Command.RunAsync("redis-server", ["--version"], cancellation);
        var node = await Command.RunAsync("node", ["--version"], cancellation);
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024d * 1024 * 1024);
        return $"{Environment.ProcessorCount} cores ({Processor()}), {memory:0} GB, Linux {Kernel()}; "
            + $".NET {Environment.Version}, Node {node.Trim().TrimStart('v')}, PostgreSQL {Version(postgres)}, Redis {Version(redis)}, wrk";
    }

    /// <summary>The commit that was measured, marked when the work tree differs from it.</summary>
    internal static async Task<string> CommitAsync(Workplace place, CancellationToken cancellation)
    {
        string[] git = ["-C", place.Repository];
        var commit = await Command.RunAsync("git", [.. git, "rev-parse", "--short", "HEAD"], cancellation);
        var changes = await Command.RunAsync(
            "git", [.. git, "status", "--porcelain", "--", ".", ":!bench/results"], cancellation);
        return changes.Length == 0 ? commit.Trim() : $"{commit.Trim()} with changes";
    }

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':', 2)[1].Trim() ?? RuntimeInformation.OSArchitecture.ToString();

    /// <summary>Three numbers: what follows them is a distributor's.</summary>
    private static string Kernel() => Environment.OSVersion.Version.ToString(3);

    private static string Version(string text) => Number().Match(text).Value;

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex Number();
}
