using System.Globalization;
using System.Text.Json;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>What tokens cost: checks, sign-ins, refreshes, reads with and without Redis, and how soon a revocation holds elsewhere.</summary>
internal sealed class TokensPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    /// <summary>As many as there are cores on the machines this was made on: what they wait for is the CPU.</summary>
    private const int SignInConnections = 2;

    private const int RefreshConnections = 16;

    /// <summary>Few enough that the latency of a read is work, not waiting in a queue.</summary>
    private const int ReadConnections = 2;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var table = new Table("what", "a second", "p50 ms", "p99 ms");
        var chart = new BarChart("Tokens");
        await ChecksAsync(table, chart, cancellation);

        await using var stage = await Stage.SetAsync(place, cancellation);
        await using var api = await RealApi.StartAsync(stage, cancellation);
        await using var alone = await RealApi.StartAsync(stage, cancellation, redis: false);
        var tenant = await SignedUpTenant.CreateAsync(api, "tokens", cancellation);

        var credentials = await tenant.WriteCredentialsAsync(place.ScratchFile("credentials"), cancellation);
        var signIns = new Wrk(place, SignInConnections);
        Add(table, "sign-ins", await Contest.RunAsync("sign-in", [api], stage.Postgres, settings, (contestant, duration) =>
            signIns.LogInAsync(contestant, duration, credentials, cancellation)));

        var refreshes = new Wrk(place, RefreshConnections);
        Add(table, "refreshes", await Contest.RunAsync("refresh", [api], stage.Postgres, settings, async (contestant, duration) =>
            await refreshes.RefreshAsync(
                contestant, duration, await tenant.WriteRefreshTokensAsync(place.ScratchFile("refresh-tokens"), 2 * RefreshConnections, cancellation), cancellation)));

        await ReadsAsync(stage, [api, alone], tenant, table, chart, cancellation);
        var reach = await ReachAsync(stage, api, alone, tenant, chart, cancellation);
        await results.WriteAsync("tokens", "Tokens", Method(), $"{table}\n{reach}", chart, cancellation);
    }

    private async Task ChecksAsync(Table table, BarChart chart, CancellationToken cancellation)
    {
        var output = await Command.RunAsync(
            "taskset",
            ["--cpu-list", "0", "dotnet", place.Assembly("bench/token-checks", "ProductionReady.TokenChecks"), settings.Rounds.ToString(CultureInfo.InvariantCulture)],
            cancellation);
        var rates = JsonSerializer.Deserialize<Dictionary<string, double[]>>(output)!;
        foreach (var (name, what) in ((string, string)[])[("signature", "checks, with the signature"), ("remembered", "checks, remembered")])
        {
            table.Add($"{what}, of one core", Spread.Of(rates[name]).Text("0"), "", "");
        }

        chart.Add("checks of one core", "a second; line: least to most", "0", [.. rates.Select(rate => (rate.Key, Spread.Of(rate.Value)))]);
    }

    private async Task ReadsAsync(
        Stage stage, Contestant[] contestants, SignedUpTenant tenant, Table table, BarChart chart, CancellationToken cancellation)
    {
        var ids = await ContactCopy.FillAsync(stage.Postgres.AsAdministrator, tenant.Id, settings.SmallTenant, settings.SmallTenant, cancellation);
        var paths = place.ScratchFile("contact-paths");
        await File.WriteAllLinesAsync(paths, ids.Select(id => $"/api/v1/contacts/{id}"), cancellation);
        var tokens = await tenant.WriteTokensAsync(place.ScratchFile("tokens"), 16, cancellation);
        var wrk = new Wrk(place, ReadConnections);
        var turns = await Contest.RunAsync("read", contestants, stage.Postgres, settings, (contestant, duration) =>
            wrk.GetAsync(contestant, duration, paths, tokens, cancellation));
        foreach (var (contestant, own) in contestants.Zip(turns))
        {
            Add(table, $"authorised reads, {contestant.Name}", [own]);
        }

        chart.Add("p50 of an authorised read", "ms, less is better", "0.00",
            [.. contestants.Zip(turns, (contestant, own) => (contestant.Name, Spread.Of(own.Select(turn => turn.Outcome.P50 / 1000d))))]);
    }

    private async Task<string> ReachAsync(
        Stage stage, Contestant api, Contestant alone, SignedUpTenant tenant, BarChart chart, CancellationToken cancellation)
    {
        await using var second = await RealApi.StartAsync(stage, cancellation);
        await using var secondAlone = await RealApi.StartAsync(stage, cancellation, redis: false);
        var goal = new Goal(1000, AtLeast: false);
        var table = new Table("revoked by", "Redis up: ms until the other instance refuses", "Redis down", "goal of the longest");
        var bars = new List<(string, Spread)>();
        foreach (var way in RevocationReach.Ways)
        {
            List<double> up = [], down = [];
            for (var round = 0; round < 2 * settings.Rounds; round++)
            {
                up.Add(await new RevocationReach(api, second, tenant).MeasureAsync(way, cancellation));
                down.Add(await new RevocationReach(alone, secondAlone, tenant).MeasureAsync(way, cancellation));
                Console.WriteLine($"{way}, round {round + 1}: {up[^1]:0} ms with Redis, {down[^1]:0} ms without");
            }

            table.Add(way, Spread.Of(up).Text("0"), Spread.Of(down).Text("0"), goal.Judge(Math.Max(up.Max(), down.Max()), " ms"));
            bars.AddRange([($"{way}, Redis up", Spread.Of(up)), ($"{way}, Redis down", Spread.Of(down))]);
        }

        chart.Add("until another instance refuses", "ms, less is better", "0", bars);
        return table.ToString();
    }

    private static void Add(Table table, string what, IReadOnlyList<IReadOnlyList<Turn>> turns) => table.Add(
        what,
        Spread.Of(turns[0].Select(turn => turn.Outcome.RequestsPerSecond)).Text("0"),
        Spread.Of(turns[0].Select(turn => turn.Outcome.P50 / 1000d)).Text("0.00"),
        Spread.Of(turns[0].Select(turn => turn.Outcome.P99 / 1000d)).Text("0.00"));

    private string Method() =>
        $"Median (least to most) of {settings.Rounds} rounds; turns of {settings.Turn.TotalSeconds:0} s. Checks: seconds of CPU time of one process on one "
        + $"core, 1,000 tokens. Sign-ins over {SignInConnections} connections, refreshes over {RefreshConnections}, reads over {ReadConnections} of "
        + $"{settings.SmallTenant:N0} contacts. Revocations: {2 * settings.Rounds} of each kind; requests follow one another without a pause.";
}
