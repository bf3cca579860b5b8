using System.Text.RegularExpressions;

namespace ProductionReady.Bench.Processes;

/// <summary>What the processes of one kind keep in memory; PostgreSQL has many.</summary>
/// <param name="Resident">Bytes, shared pages counted in each process.</param>
/// <param name="Proportional">Bytes, shared pages divided among their users.</param>
internal sealed partial record MemoryShare(string Kind, int Processes, long Resident, long Proportional)
{
    /// <summary>The memory of a process and all that descend from it, by kind, largest first.</summary>
    internal static IReadOnlyList<MemoryShare> OfFamily(int ancestor) =>
    [
        .. ProcessFamily.Of(ancestor)
            .GroupBy(id => KindOf(ProcessFamily.CommandLine(id)))
            .Where(kind => kind.Key.Length > 0)
            .Select(kind => new MemoryShare(
                kind.Key, kind.Count(), kind.Sum(ProcessUsage.Resident), kind.Sum(ProcessUsage.ProportionalResident)))
            .OrderByDescending(share => share.Proportional),
    ];

    private static string KindOf(string command) => command switch
    {
        "" => "",
        _ when Own().Match(command) is { Success: true } own => own.Groups[1].Value,
        _ when command.StartsWith("postgres:", StringComparison.Ordinal) => "PostgreSQL",
        _ when command.Contains("/postgres ", StringComparison.Ordinal) => "PostgreSQL",
        _ when command.Contains("redis-server", StringComparison.Ordinal) => "Redis",
        _ => "supervisors",
    };

    [GeneratedRegex(@"ProductionReady\.(\w+)(\.dll)?( |$)")]
    private static partial Regex Own();
}
