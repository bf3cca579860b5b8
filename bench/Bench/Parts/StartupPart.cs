using System.Diagnostics;
using System.Globalization;
using ProductionReady.Bench.Contestants;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>How long the app takes from built binaries to ready, and what it keeps in memory when nobody asks.</summary>
internal sealed class StartupPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    /// <summary>After this the start's work is over: caches are warm, connections settled.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private readonly List<double> _first = [];
    private readonly List<double> _again = [];
    private readonly List<double> _stop = [];
    private readonly List<double> _api = [];
    private IReadOnlyList<MemoryShare> _memory = [];

    internal async Task RunAsync(CancellationToken cancellation)
    {
        for (var round = 1; round <= settings.Starts; round++)
        {
            var data = place.ScratchFile($"app-{round}");
            await MeasureAsync(data, _first, measureMemory: false, cancellation);
            await MeasureAsync(data, _again, measureMemory: round == settings.Starts, cancellation);
            Console.WriteLine($"start, round {round} of {settings.Starts}: new {_first[^1]:0.0} s, again {_again[^1]:0.0} s, stop {_stop[^1]:0.0} s");
        }

        await using var stage = await Stage.SetAsync(place, cancellation);
        for (var round = 1; round <= settings.Starts; round++)
        {
            var clock = Stopwatch.StartNew();
            await using var api = await RealApi.StartAsync(stage, cancellation);
            _api.Add(clock.Elapsed.TotalSeconds);
        }

        await ReportAsync(cancellation);
    }

    private async Task MeasureAsync(string data, List<double> starts, bool measureMemory, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        await using var app = await WholeApp.StartAsync(place, data, cancellation);
        starts.Add(clock.Elapsed.TotalSeconds);
        if (measureMemory)
        {
            await Task.Delay(Settling, cancellation);
            _memory = MemoryShare.OfFamily(app.Id);
        }

        clock.Restart();
        await app.DisposeAsync();
        _stop.Add(clock.Elapsed.TotalSeconds);
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        var times = new Table("from built binaries to ready", "seconds");
        times.Add("whole app, new data folder (creates and migrates the database)", Spread.Of(_first).Text("0.0"));
        times.Add("whole app, existing data", Spread.Of(_again).Text("0.0"));
        times.Add("Api alone, servers running", Spread.Of(_api).Text("0.0"));
        times.Add("whole app, stop", Spread.Of(_stop).Text("0.0"));
        var memory = new Table("idle process", "processes", "RSS MiB", "PSS MiB");
        foreach (var share in _memory)
        {
            memory.Add(share.Kind, $"{share.Processes}", MiB(share.Resident), MiB(share.Proportional));
        }

        memory.Add("all", "", "", MiB(_memory.Sum(share => share.Proportional)));
        var chart = new BarChart("Start-up and idle memory");
        chart.Add(
            "built binaries to ready",
            "s, less is better; line: least to most",
            "0.0",
            [("whole app, new data", Spread.Of(_first)), ("whole app, again", Spread.Of(_again)), ("Api alone", Spread.Of(_api))]);
        chart.Add(
            "idle memory", "PSS, MiB", "0", [.. _memory.Select(share => (share.Kind, Spread.Of([share.Proportional / (1024d * 1024)])))]);
        await results.WriteAsync(
            "startup",
            "Start-up and idle memory",
            $"Median (least to most) of {settings.Starts} starts; ready means that the Api's /health/ready says 200 and the Worker runs. "
            + $"Memory {Settling.TotalSeconds:0} s after ready, no requests; embedded servers, Development as `make run` has it.",
            $"{times}\n{memory}",
            chart,
            cancellation);
    }

    private static string MiB(long bytes) => (bytes / (1024d * 1024)).ToString("0", CultureInfo.InvariantCulture);
}
