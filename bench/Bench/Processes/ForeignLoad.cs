using System.Globalization;

namespace ProductionReady.Bench.Processes;

/// <summary>How much of the machine was used by others while something was measured.</summary>
internal sealed class ForeignLoad
{
    private readonly double _machine = MachineSeconds();
    private readonly double _own = OwnSeconds();
    private readonly long _started = Environment.TickCount64;

    /// <summary>Part of all cores, 0 to 1, since this object was made: other processes and what the hypervisor withheld.</summary>
    internal double Share()
    {
        var others = MachineSeconds() - _machine - (OwnSeconds() - _own);
        var seconds = (Environment.TickCount64 - _started) / 1000d;
        return Math.Clamp(others / (seconds * Environment.ProcessorCount), 0, 1);
    }

    /// <summary>User, nice, system and steal; interrupts belong to nobody.</summary>
    private static double MachineSeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Number(fields[1]) + Number(fields[2]) + Number(fields[3]) + Number(fields[8])) / ProcessUsage.TicksPerSecond;
    }

    private static double OwnSeconds() => ProcessFamily.CpuTime(Environment.ProcessId).TotalSeconds;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
