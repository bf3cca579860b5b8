using System.Globalization;

namespace ProductionReady.Bench.Processes;

/// <summary>A process and all that descend from it.</summary>
internal static class ProcessFamily
{
    /// <summary>The ids, the ancestor's first.</summary>
    internal static IReadOnlyList<int> Of(int ancestor)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Parent: ParentOf(id)))
            .ToLookup(process => process.Parent, process => process.Id);
        var family = new List<int> { ancestor };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        return family;
    }

    /// <summary>CPU time of all of them so far, with that of children that ended and were waited for.</summary>
    internal static TimeSpan CpuTime(int ancestor) => TimeSpan.FromSeconds(Of(ancestor).Sum(Ticks) / ProcessUsage.TicksPerSecond);

    /// <summary>The command line, arguments separated by spaces; empty when the process has ended.</summary>
    internal static string CommandLine(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ').Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>A variable of the environment that a process was started with; null when it has none of that name.</summary>
    internal static string? Variable(int processId, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/environ").Split('\0')
                .FirstOrDefault(variable => variable.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Ticks(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int ParentOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
