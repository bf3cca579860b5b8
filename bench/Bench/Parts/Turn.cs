using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Parts;

/// <summary>A contestant's turn under load, with the CPU time its process spent on it.</summary>
internal sealed record Turn(Outcome Outcome, TimeSpan Cpu)
{
    /// <summary>CPU time of the service for one request; it holds still when others use the machine.</summary>
    internal double MicrosecondsOfCpu => Cpu.TotalMicroseconds / Outcome.Requests;

    internal static async Task<Turn> TakeAsync(Contestant contestant, Func<Contestant, Task<Outcome>> load)
    {
        var before = ProcessUsage.CpuTime(contestant.Server.Id);
        var outcome = await load(contestant);
        return new Turn(outcome, ProcessUsage.CpuTime(contestant.Server.Id) - before);
    }
}
