using System.Globalization;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Load;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>Whether a page costs the same early and late in the list, and in a small and a large tenant.</summary>
internal sealed class ListsPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    /// <summary>Few enough that the latency is work, not waiting in a queue.</summary>
    private const int Connections = 2;

    private const double LatePart = 0.95;

    private sealed record Page(string Name, string PathFile, string TokenFile, List<double> P50, List<double> P99);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await using var api = await RealApi.StartAsync(stage, cancellation);
        var pages = new List<Page>();
        foreach (var size in (int[])[settings.SmallTenant, settings.LargeTenant])
        {
            pages.AddRange(await PreparePagesAsync(stage, api, size, cancellation));
        }

        var wrk = new Wrk(place, Connections);
        foreach (var page in pages)
        {
            await wrk.GetAsync(api, settings.WarmUp / 2, page.PathFile, page.TokenFile, cancellation);
        }

        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var page in pages)
            {
                var outcome = await wrk.GetAsync(api, settings.Turn, page.PathFile, page.TokenFile, cancellation);
                page.P50.Add(outcome.P50 / 1000d);
                page.P99.Add(outcome.P99 / 1000d);
                Console.WriteLine($"list, round {round} of {settings.Rounds}, {page.Name}: p50 {outcome.P50 / 1000d:0.00} ms");
            }
        }

        await ReportAsync(pages, cancellation);
    }

    private async Task<IEnumerable<Page>> PreparePagesAsync(
        Stage stage, Contestant api, int size, CancellationToken cancellation)
    {
        var tenant = await SignedUpTenant.CreateAsync(api, $"lists-{size}", cancellation);
        await ContactCopy.FillAsync(stage.Postgres.AsAdministrator, tenant.Id, size, 1, cancellation);
        var token = await tenant.SignInAsync(cancellation);
        var tokens = place.ScratchFile($"token-{size}");
        await File.WriteAllTextAsync(tokens, token, cancellation);
        var pages = new List<Page>();
        foreach (var (place_, passed) in ((string, int)[])[("first page", 0), ("late page", (int)(size * LatePart))])
        {
            var paths = place.ScratchFile($"page-{size}-{passed}");
            await File.WriteAllTextAsync(
                paths, await ContactListWalk.PathAfterAsync(api, token, passed, cancellation), cancellation);
            pages.Add(new Page(
                string.Create(CultureInfo.InvariantCulture, $"{size:N0} contacts, {place_}"), paths, tokens, [], []));
        }

        return pages;
    }

    private async Task ReportAsync(IReadOnlyList<Page> pages, CancellationToken cancellation)
    {
        var goal = new Goal(2, AtLeast: false);
        var table = new Table("page of 50", "p50 ms", "p99 ms", "p50 ÷ small tenant's first page", "goal");
        foreach (var page in pages)
        {
            var growth = Spread.Of(page.P50.Zip(pages[0].P50, (here, there) => here / there));
            table.Add(
                page.Name,
                Spread.Of(page.P50).Text("0.00"),
                Spread.Of(page.P99).Text("0.00"),
                page == pages[0] ? "" : growth.Text("0.00"),
                page == pages[0] ? "" : goal.Judge(growth.Median));
        }

        var chart = new BarChart("A page of the contact list");
        chart.Add(
            "p50", "ms, less is better; line: least to most", "0.00", [.. pages.Select(page => (page.Name, Spread.Of(page.P50)))]);
        await results.WriteAsync(
            "lists",
            "A page of the contact list",
            $"Median (least to most) of {settings.Rounds} rounds; in each round every page is asked for during "
            + $"{settings.Turn.TotalSeconds:0} s over {Connections} connections. The late page starts after {LatePart:0%} of the contacts.",
            table.ToString(),
            chart,
            cancellation);
    }
}
