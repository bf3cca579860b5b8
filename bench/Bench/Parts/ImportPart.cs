using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>Imports a large CSV through the Api, and copies the same rows with PostgreSQL's own tool.</summary>
internal sealed class ImportPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    private const double MemoryLimit = 300;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await stage.Postgres.ExecuteAsync(
            "CREATE TABLE copied (LIKE contacts INCLUDING ALL, FOREIGN KEY (tenant_id) REFERENCES tenants (id))", cancellation);
        var upload = place.ScratchFile("upload.csv");
        await ImportFiles.WriteUploadAsync(upload, settings.ImportRows, cancellation);

        var (imports, repeats, copies, peaks) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 1; round <= settings.ImportRounds; round++)
        {
            await stage.Postgres.ExecuteAsync("TRUNCATE contacts, copied; CHECKPOINT", cancellation);

            // A process of its own for each round: its peak is that of an import, the first or after others.
            await using var api = await RealApi.StartAsync(stage, cancellation);
            var tenant = await SignedUpTenant.CreateAsync(api, $"import-{round}", cancellation);
            imports.Add(await UploadAsync(api, tenant, upload, "created", cancellation));
            copies.Add(await CopyAsync(stage, tenant, cancellation));
            repeats.Add(await UploadAsync(api, tenant, upload, "unchanged", cancellation));
            peaks.Add(ProcessUsage.PeakResident(api.Server.Id) / (1024d * 1024));
            Console.WriteLine(
                $"import, round {round} of {settings.ImportRounds}: {imports[^1]:0} rows/s, again {repeats[^1]:0}, COPY {copies[^1]:0}, peak {peaks[^1]:0} MiB");
        }

        await ReportAsync(imports, repeats, copies, peaks, cancellation);
    }

    /// <summary>Rows a second of an import whose every row must have the wanted outcome.</summary>
    private async Task<double> UploadAsync(
        Contestant api, SignedUpTenant tenant, string file, string outcome, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = api.Address, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", await tenant.SignInAsync(cancellation));
        await using var rows = File.OpenRead(file);
        using var body = new StreamContent(rows, 1 << 16);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var clock = Stopwatch.StartNew();
        using var response = await client.PostAsync("/api/v1/contacts/import", body, cancellation);
        var answer = await response.Content.ReadAsStringAsync(cancellation);
        var seconds = clock.Elapsed.TotalSeconds;
        var done = response.IsSuccessStatusCode ? JsonDocument.Parse(answer).RootElement.GetProperty(outcome).GetInt32() : 0;
        return done == settings.ImportRows
            ? done / seconds
            : throw new BenchException($"The import of {settings.ImportRows} rows answered {(int)response.StatusCode}: {answer[..Math.Min(2000, answer.Length)]}");
    }

    private async Task<double> CopyAsync(Stage stage, SignedUpTenant tenant, CancellationToken cancellation)
    {
        var file = place.ScratchFile("copy.csv");
        await ImportFiles.WriteCopyAsync(file, tenant.Id, settings.ImportRows, cancellation);
        var clock = Stopwatch.StartNew();
        await Command.RunAsync(
            "psql",
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", $"\\copy copied ({ImportFiles.CopyColumns}) from '{file}' with (format csv)"],
            cancellation,
            stage.Postgres.AdministratorEnvironment);
        return settings.ImportRows / clock.Elapsed.TotalSeconds;
    }

    private async Task ReportAsync(
        List<double> imports, List<double> repeats, List<double> copies, List<double> peaks, CancellationToken cancellation)
    {
        var table = new Table("what", "rows/s", "÷ COPY", "Api's peak memory MiB", "goal");
        table.Add(
            "import through the Api",
            Spread.Of(imports).Text("0"),
            Spread.Of(imports.Zip(copies, (ours, theirs) => ours / theirs)).Text("0.00"),
            Spread.Of(peaks).Text("0"),
            new Goal(MemoryLimit, AtLeast: false).Judge(peaks.Max(), " MiB"));
        table.Add(
            "the same file again (nothing to do)",
            Spread.Of(repeats).Text("0"),
            Spread.Of(repeats.Zip(copies, (ours, theirs) => ours / theirs)).Text("0.00"),
            "",
            "");
        table.Add("psql \\copy, same rows, same indexes", Spread.Of(copies).Text("0"), "", "", "");
        var chart = new BarChart("Import of a CSV file");
        chart.Add(
            "import",
            "rows/s, more is better; line: least to most",
            "0",
            [("Api", Spread.Of(imports)), ("Api, same file again", Spread.Of(repeats)), ("psql \\copy", Spread.Of(copies))]);
        await results.WriteAsync(
            "import",
            "Import of a CSV file",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Median (least to most) of {settings.ImportRounds} rounds of {settings.ImportRows:N0} rows, each into an empty table and with a fresh Api process, whose peak (VmHWM) covers both imports."),
            table.ToString(),
            chart,
            cancellation);
    }
}
