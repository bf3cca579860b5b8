using System.Globalization;

namespace ProductionReady.Bench.Processes;

/// <summary>How much of the machine was used by others while something was measured.</summary>
internal sealed class ForeignLoad
{
    private const double TicksPerSecond = 100;
    private readonly long _machine = MachineTicks();
    private readonly long _own = OwnTicks();
    private readonly long _started = Environment.TickCount64;

    /// <summary>Part of all cores, 0 to 1, since this object was made: other processes and what the hypervisor withheld.</summary>
    internal double Share()
    {
        var ticks = MachineTicks() - _machine - (OwnTicks() - _own);
        var seconds = (Environment.TickCount64 - _started) / 1000d;
        return Math.Clamp(ticks / TicksPerSecond / (seconds * Environment.ProcessorCount), 0, 1);
    }

    /// <summary>User, nice, system and steal; interrupts belong to nobody.</summary>
    private static long MachineTicks()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Number(fields[1]) + Number(fields[2]) + Number(fields[3]) + Number(fields[8]);
    }

    /// <summary>This program, its descendants, and theirs that ended and were waited for.</summary>
    private static long OwnTicks() => ProcessFamily.Of(Environment.ProcessId).Sum(Ticks);

    private static long Ticks(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(Number);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
