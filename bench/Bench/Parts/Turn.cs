using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Parts;

/// <summary>A contestant's turn under load, with the CPU time that its process and the database spent on it.</summary>
internal sealed record Turn(Outcome Outcome, TimeSpan ServiceCpu, TimeSpan DatabaseCpu)
{
    /// <summary>The service's CPU time for one request; it holds better than the rate when others use the machine.</summary>
    internal double ServiceMicroseconds => ServiceCpu.TotalMicroseconds / Outcome.Requests;

    /// <summary>The database's CPU time for one request.</summary>
    internal double DatabaseMicroseconds => DatabaseCpu.TotalMicroseconds / Outcome.Requests;

    internal static async Task<Turn> TakeAsync(
        Contestant contestant, ScratchPostgres database, Func<Contestant, Task<Outcome>> load)
    {
        var (service, server) = (ProcessUsage.CpuTime(contestant.Server.Id), database.CpuTime());
        var outcome = await load(contestant);
        return new Turn(outcome, ProcessUsage.CpuTime(contestant.Server.Id) - service, database.CpuTime() - server);
    }
}
