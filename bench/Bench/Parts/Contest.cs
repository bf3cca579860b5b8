using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Parts;

/// <summary>Lets contestants take turns under the same load: A B C, A B C, …, so that a slow minute hits all alike.</summary>
internal static class Contest
{
    /// <summary>Returns each contestant's turns, in the order given; turn n of each belongs to round n.</summary>
    internal static async Task<IReadOnlyList<IReadOnlyList<Turn>>> RunAsync(
        string what,
        IReadOnlyList<Contestant> contestants,
        ScratchPostgres database,
        BenchSettings settings,
        Func<Contestant, TimeSpan, Task<Outcome>> load)
    {
        foreach (var contestant in contestants)
        {
            await load(contestant, settings.WarmUp);
        }

        var turns = contestants.Select(_ => new List<Turn>()).ToArray();
        for (var round = 1; round <= settings.Rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                var turn = await Turn.TakeAsync(contestants[i], database, contestant => load(contestant, settings.Turn));
                turns[i].Add(turn);
                Console.WriteLine(
                    $"{what}, round {round} of {settings.Rounds}, {contestants[i].Name}: {turn.Outcome.RequestsPerSecond:0} requests/s, {turn.ServiceMicroseconds:0} + {turn.DatabaseMicroseconds:0} µs of CPU each");
            }
        }

        return turns;
    }
}
