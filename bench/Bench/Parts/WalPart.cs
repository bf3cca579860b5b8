using System.Globalization;
using System.Text.RegularExpressions;
using ProductionReady.Bench.Backups;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>What writers pay while the Worker receives write-ahead log, and how long a restore takes that replays it.</summary>
internal sealed partial class WalPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    private const double LeastOfWithout = 0.95;
    private const int Scale = 20;
    private const int Clients = 8;
    private const double Mebibyte = 1024 * 1024;
    private static readonly TimeSpan CaughtUpWithin = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _memory = Directory.CreateDirectory($"/dev/shm/productionready-bench-{Environment.ProcessId}");

    private enum Mode
    {
        Without,
        Receiving,
        OwnDisk,
        Strict,
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await MeasureAsync(cancellation);
        }
        finally
        {
            _memory.Delete(recursive: true);
        }
    }

    private async Task MeasureAsync(CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await RunPgBenchAsync(stage, cancellation, "--initialize", "--quiet", Option("scale", Scale));
        await using var worker = await WorkerBackups.CreateAsync(stage, cancellation);
        var rates = Enum.GetValues<Mode>().ToDictionary(mode => mode, _ => new List<double>());
        for (var round = 0; round <= settings.Rounds; round++)
        {
            foreach (var mode in Enum.GetValues<Mode>())
            {
                var rate = await TurnAsync(stage, worker, mode, cancellation);
                if (round > 0)
                {
                    rates[mode].Add(rate); // the turns before are the warm-up
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wal, round {round} of {settings.Rounds}, {mode}: {rate:0} transactions/s"));
                }
            }
        }

        var replays = await ReplayAsync(stage, worker, cancellation);
        await ReportAsync(rates, replays, cancellation);
    }

    private async Task<double> TurnAsync(Stage stage, WorkerBackups worker, Mode mode, CancellationToken cancellation)
    {
        if (mode != Mode.Without)
        {
            await worker.ReceiveAsync(stage, cancellation, strict: mode == Mode.Strict, spool: mode == Mode.OwnDisk ? _memory.FullName : null);
            await worker.FirstBackupAsync(stage, cancellation);
            await CaughtUpAsync(stage, cancellation);
        }

        foreach (var statement in (string[])["VACUUM pgbench_branches", "VACUUM pgbench_tellers", "TRUNCATE pgbench_history", "CHECKPOINT"])
        {
            await stage.Postgres.ExecuteAsync(statement, cancellation);
        }

        var said = await RunPgBenchAsync(
            stage, cancellation, "--no-vacuum", "--protocol=prepared", Option("client", Clients), Option("jobs", 2), Option("time", (int)settings.Turn.TotalSeconds));
        if (mode == Mode.Strict)
        {
            // Without a receiver strict commits would wait: the next turns have none.
            await stage.Postgres.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names", cancellation);
            await stage.Postgres.ExecuteAsync("SELECT pg_reload_conf()", cancellation);
        }

        await worker.StopReceivingAsync();
        return double.Parse(Rate().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Restores after more and more was written since the only base backup.</summary>
    private async Task<List<(double Log, double Seconds, double Cpu)>> ReplayAsync(Stage stage, WorkerBackups worker, CancellationToken cancellation)
    {
        await worker.ReceiveAsync(stage, cancellation);
        await worker.FirstBackupAsync(stage, cancellation);
        await worker.BackUpAsync(cancellation);
        var begin = await stage.Postgres.AskAsync<string>("SELECT pg_current_wal_lsn()::text", cancellation);
        var replays = new List<(double, double, double)>();
        foreach (var transactions in (int[])[0, 10_000, 20_000, 40_000])
        {
            if (transactions > 0)
            {
                await RunPgBenchAsync(stage, cancellation, "--no-vacuum", "--protocol=prepared", Option("client", Clients), Option("jobs", 2), Option("transactions", transactions / Clients));
            }

            await CaughtUpAsync(stage, cancellation);
            var log = await stage.Postgres.AskAsync<decimal>($"SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{begin}')", cancellation);
            var restore = await worker.RestoreAsync(cancellation);
            replays.Add(((double)log / Mebibyte, restore.Seconds, restore.CpuSeconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wal, restore with {replays[^1].Item1:0} MiB of log: {restore.Seconds:0.0} s"));
        }

        return replays;
    }

    /// <summary>What was written before has left for the store, so that no turn pays for another.</summary>
    private static async Task CaughtUpAsync(Stage stage, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(CaughtUpWithin);
        await stage.Postgres.ExecuteAsync("SELECT pg_switch_wal()", cancellation);
        var end = await stage.Postgres.AskAsync<string>("SELECT pg_current_wal_lsn()::text", cancellation);
        while (!await stage.Postgres.AskAsync<bool>($"SELECT min(restart_lsn) >= '{end}'::pg_lsn - 16777216 FROM pg_replication_slots", limit.Token))
        {
            await Task.Delay(100, limit.Token);
        }
    }

    private Task<string> RunPgBenchAsync(Stage stage, CancellationToken cancellation, params string[] arguments) =>
        Command.RunAsync(Path.Combine(place.PostgresBinaries, "pgbench"), arguments, cancellation, stage.Postgres.AdministratorEnvironment);

    private async Task ReportAsync(Dictionary<Mode, List<double>> rates, List<(double Log, double Seconds, double Cpu)> replays, CancellationToken cancellation)
    {
        var writers = new Table("pgbench's own transactions", "per second", "÷ without", "goal");
        foreach (var (mode, name) in ((Mode, string)[])[(Mode.Without, "without a Worker"), (Mode.Receiving, "the Worker receives, spool on the server's disk"), (Mode.OwnDisk, "the Worker receives, spool in memory"), (Mode.Strict, "the Worker receives, strict")])
        {
            var ratio = Spread.Of(rates[mode].Zip(rates[Mode.Without], (ours, without) => ours / without));
            writers.Add(
                name, Spread.Of(rates[mode]).Text("0"), mode == Mode.Without ? "" : ratio.Text("0.00"),
                mode is Mode.Receiving or Mode.OwnDisk ? new Goal(LeastOfWithout, AtLeast: true).Judge(ratio.Median) : "");
        }

        var restores = new Table("write-ahead log to replay, MiB", "restore s", "CPU s");
        foreach (var (log, seconds, cpu) in replays)
        {
            restores.Add(Number(log, "0"), Number(seconds, "0.0"), Number(cpu, "0.0"));
        }

        var chart = new BarChart("Continuous write-ahead log");
        chart.Add("writers", "transactions/s, more is better", "0", [.. rates.Select(each => (each.Key.ToString(), Spread.Of(each.Value)))]);
        await results.WriteAsync(
            "wal",
            "Continuous write-ahead log",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Median (least to most) of {settings.Rounds} rounds of {settings.Turn.TotalSeconds:0} s: pgbench at scale {Scale} with {Clients} clients, durable commits, in turns without a Worker, with one whose spool is on the server's disk, with one whose spool is in memory (as on a disk of its own, which is how it should be), and with one in strict mode, where a commit waits until the Worker has it on the server's disk a second time. Ratios are taken within a round. Client, server and Worker share two cores. Restores are of the same base backup, to the end of the log, with all checks."),
            $"{writers}\n{restores}",
            chart,
            cancellation);
    }

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();
}
