using System.Globalization;
using System.Text.Json;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Load;

/// <summary>The load generator: wrk, one thread, a closed loop on every connection.</summary>
internal sealed class Wrk(Workplace place, int connections)
{
    private const string Marker = "OUTCOME ";

    /// <summary>GETs paths picked at random from a file.</summary>
    internal Task<Outcome> GetAsync(
        Contestant target, TimeSpan duration, string pathsFile, string tokensFile, CancellationToken cancellation) =>
        RunAsync(target, duration, "get.lua", [pathsFile, tokensFile], cancellation);

    /// <summary>POSTs contacts that nobody has posted before.</summary>
    internal Task<Outcome> CreateAsync(
        Contestant target, TimeSpan duration, string tokensFile, CancellationToken cancellation) =>
        RunAsync(target, duration, "create.lua", [tokensFile, Guid.CreateVersion7().ToString("N")], cancellation);

    /// <summary>Signs one user in again and again.</summary>
    internal Task<Outcome> LogInAsync(Contestant target, TimeSpan duration, string bodyFile, CancellationToken cancellation) =>
        RunAsync(target, duration, "login.lua", [bodyFile], cancellation);

    /// <summary>Refreshes as many sessions as there are connections, each along its chain of tokens.</summary>
    internal Task<Outcome> RefreshAsync(Contestant target, TimeSpan duration, string refreshTokensFile, CancellationToken cancellation) =>
        RunAsync(target, duration, "refresh.lua", [refreshTokensFile], cancellation);

    private async Task<Outcome> RunAsync(
        Contestant target, TimeSpan duration, string script, string[] arguments, CancellationToken cancellation)
    {
        var seconds = duration.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        var output = await Command.RunAsync(
            "wrk",
            [
                "--threads=1", $"--connections={connections}", $"--duration={seconds}s", "--timeout=10s",
                $"--script={Path.Combine(place.Load, script)}", target.Address.ToString(), "--", .. arguments,
            ],
            cancellation);
        var line = output.Split('\n').Single(line => line.StartsWith(Marker, StringComparison.Ordinal));
        var outcome = JsonSerializer.Deserialize<Outcome>(line[Marker.Length..], JsonSerializerOptions.Web)!;
        return outcome.Clean && outcome.Requests > 0
            ? outcome
            : throw new BenchException($"{target.Name} failed under {script}: {outcome}. See {target.Server.Log}.");
    }
}
