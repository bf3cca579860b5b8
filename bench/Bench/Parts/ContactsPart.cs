using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>Reads one contact and creates one, authorised, against the bare services.</summary>
internal sealed class ContactsPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    /// <summary>Different sign-ins whose access tokens the load picks from.</summary>
    private const int Sessions = 16;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await using var api = await RealApi.StartAsync(stage, cancellation);
        var tenant = await SignedUpTenant.CreateAsync(api, "contacts", cancellation);
        await using var aspNet = await BareAspNet.StartAsync(stage, tenant.Id, settings.Connections, reset: true, cancellation);
        await using var aspNetWithoutReset = await BareAspNet.StartAsync(stage, tenant.Id, settings.Connections, reset: false, cancellation);
        await using var fastify = await BareFastify.StartAsync(stage, tenant.Id, settings.Connections, cancellation);
        var ids = await ContactCopy.FillAsync(
            stage.Postgres.AsAdministrator, tenant.Id, settings.SmallTenant, settings.SmallTenant, cancellation);
        var paths = place.ScratchFile("contact-paths");
        await File.WriteAllLinesAsync(paths, ids.Select(id => $"/api/v1/contacts/{id}"), cancellation);

        Contestant[] contestants = [api, aspNet, aspNetWithoutReset, fastify];
        var wrk = new Wrk(place, settings.Connections);
        var tokens = await tenant.WriteTokensAsync(place.ScratchFile("tokens"), Sessions, cancellation);
        var reads = await Contest.RunAsync("read", contestants, stage.Postgres, settings, (contestant, duration) =>
            wrk.GetAsync(contestant, duration, paths, tokens, cancellation));
        await tenant.WriteTokensAsync(tokens, Sessions, cancellation);
        var creates = await Contest.RunAsync("create", contestants, stage.Postgres, settings, (contestant, duration) =>
            wrk.CreateAsync(contestant, duration, tokens, cancellation));

        var table = new Table(
            "operation, service", "requests/s", "Api ÷ this", "goal", "p50 ms", "p99 ms", "service CPU µs", "database CPU µs");
        var chart = new BarChart("Read and create a contact: Api against bare services");
        Add("read", contestants, reads, 0.7, table, chart);
        Add("create", contestants, creates, 0.6, table, chart);
        await results.WriteAsync("contacts", "Read and create a contact", Method(), table.ToString(), chart, cancellation);
    }

    private static void Add(
        string operation,
        IReadOnlyList<Contestant> contestants,
        IReadOnlyList<IReadOnlyList<Turn>> turns,
        double goalAgainstAspNet,
        Table table,
        BarChart chart)
    {
        var bars = new List<(string, Spread)>();
        for (var i = 0; i < contestants.Count; i++)
        {
            var rates = Spread.Of(turns[i].Select(turn => turn.Outcome.RequestsPerSecond));
            var ratios = Spread.Of(turns[0].Zip(turns[i], (ours, theirs) =>
                ours.Outcome.RequestsPerSecond / theirs.Outcome.RequestsPerSecond));
            var goal = new Goal(contestants[i].Name == BareFastify.Name ? 1.0 : goalAgainstAspNet, AtLeast: true);
            table.Add(
                $"{operation}, {contestants[i].Name}",
                rates.Text("0"),
                i == 0 ? "" : ratios.Text("0.00"),
                i == 0 ? "" : goal.Judge(ratios.Median),
                Spread.Of(turns[i].Select(turn => turn.Outcome.P50 / 1000d)).Text("0.0"),
                Spread.Of(turns[i].Select(turn => turn.Outcome.P99 / 1000d)).Text("0.0"),
                Spread.Of(turns[i].Select(turn => turn.ServiceMicroseconds)).Text("0"),
                Spread.Of(turns[i].Select(turn => turn.DatabaseMicroseconds)).Text("0"));
            bars.Add((contestants[i].Name, rates));
        }

        chart.Add(operation, "requests/s, more is better; line: least to most", "0", bars);
    }

    private string Method() =>
        $"Median (least to most) of {settings.Rounds} rounds; in each round every service has one turn of "
        + $"{settings.Turn.TotalSeconds:0} s under {settings.Connections} busy connections, random ids of "
        + $"{settings.SmallTenant:N0} contacts, {Sessions} sessions. The ratio is taken within a round.";
}
