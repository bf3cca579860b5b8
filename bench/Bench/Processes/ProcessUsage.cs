using System.Globalization;

namespace ProductionReady.Bench.Processes;

/// <summary>What the kernel says a process has used, from /proc.</summary>
internal static class ProcessUsage
{
    /// <summary>The kernel counts CPU time in hundredths of a second (USER_HZ).</summary>
    internal const double TicksPerSecond = 100;

    /// <summary>CPU time of all its threads so far, user and system.</summary>
    internal static TimeSpan CpuTime(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Most memory that was ever resident at once (VmHWM), in bytes.</summary>
    internal static long PeakResident(int processId) => Kilobytes($"/proc/{processId}/status", "VmHWM:");

    /// <summary>Memory resident now, in bytes; pages shared with other processes count in full.</summary>
    internal static long Resident(int processId) => Kilobytes($"/proc/{processId}/smaps_rollup", "Rss:");

    /// <summary>Memory resident now, in bytes; a page shared by n processes counts 1/n.</summary>
    internal static long ProportionalResident(int processId) => Kilobytes($"/proc/{processId}/smaps_rollup", "Pss:");

    private static long Kilobytes(string file, string field)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
