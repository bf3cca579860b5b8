using System.Globalization;
using ProductionReady.Bench.Backups;
using ProductionReady.Bench.Data;
using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Report;

namespace ProductionReady.Bench.Parts;

/// <summary>Backs the same database up, and restores it, with the Worker and with the tools it stands beside, in turns.</summary>
internal sealed class BackupsPart(Workplace place, BenchSettings settings, ResultFiles results)
{
    private const double MostOverBare = 1.10;
    private const double Mebibyte = 1024 * 1024;

    /// <summary>A unit of pgbench's scale and the contacts that go with it; about 15 and 5 MB.</summary>
    private const int ContactsPerUnit = 10_000;

    private sealed record Figures(List<double> BackUp, List<double> Cpu, List<double> ServerCpu, List<double> Restore, List<double> RestoreCpu)
    {
        internal static Figures None() => new([], [], [], [], []);

        internal double Size { get; set; }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var text = new List<string>();
        var chart = new BarChart("Backups and restores");
        foreach (var units in (int[])[settings.DatabaseUnits / 4, settings.DatabaseUnits / 2, settings.DatabaseUnits])
        {
            text.Add(await MeasureAsync(Math.Max(1, units), chart, cancellation));
        }

        await results.WriteAsync(
            "backups",
            "Backups and restores",
            string.Create(CultureInfo.InvariantCulture, $"""
                Median (least to most) of {settings.BackupRounds} rounds; in each, every tool makes a full backup of the same server and restores it, one after the other. Sizes are of the cluster's files: pgbench's tables and an address book, about three to one. CPU is that of the tool with all its children; the server's beside it.

                The Worker's backup is encrypted (age), read back from its store, unpacked and verified (pg_verifybackup), and every table is counted for its ledger; its restore replays write-ahead log until the cluster is consistent and checks what it restored. pg_basebackup alone does none of that, and its restore is unpacking alone; the script does the same but for the ledger and reading back, and its restore is unpacking too. pgBackRest encrypts and verifies checksums as it copies, with a process for each core; its restore does not start the cluster.
                """),
            string.Join('\n', text),
            chart,
            cancellation);
    }

    private async Task<string> MeasureAsync(int units, BarChart chart, CancellationToken cancellation)
    {
        await using var stage = await Stage.SetAsync(place, cancellation);
        await FillAsync(stage, units, cancellation);
        var bytes = await stage.Postgres.AskAsync<long>("SELECT sum(pg_database_size(oid))::bigint FROM pg_database", cancellation);
        await using var worker = await WorkerBackups.CreateAsync(stage, cancellation);
        await worker.ReceiveAsync(stage, cancellation);
        await worker.FirstBackupAsync(stage, cancellation);
        IBackupTool[] tools =
        [
            worker, new BareBaseBackup(place, stage.Postgres), await PgBackRest.CreateAsync(place, stage.Postgres, cancellation),
            await ScriptedBaseBackup.CreateAsync(place, stage.Postgres, cancellation), new Dump(place, stage.Postgres),
        ];
        var figures = tools.ToDictionary(tool => tool, _ => Figures.None());
        for (var round = 1; round <= settings.BackupRounds; round++)
        {
            foreach (var tool in tools)
            {
                await RoundAsync(stage, tool, figures[tool], cancellation);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{bytes / Mebibyte:0} MiB, round {round} of {settings.BackupRounds}, {tool.Name}: backup {figures[tool].BackUp[^1]:0.0} s, restore {figures[tool].Restore[^1]:0.0} s"));
            }
        }

        var heading = string.Create(CultureInfo.InvariantCulture, $"{bytes / Mebibyte / 1024:0.00} GiB");
        chart.Add($"backup of {heading}", "s, less is better", "0.0", [.. tools.Select(tool => (tool.Name, Spread.Of(figures[tool].BackUp)))]);
        chart.Add($"restore of {heading}", "s, less is better", "0.0", [.. tools.Select(tool => (tool.Name, Spread.Of(figures[tool].Restore)))]);
        return $"## {heading}\n\n{TableOf(tools, figures, bytes)}";
    }

    private static async Task RoundAsync(Stage stage, IBackupTool tool, Figures figures, CancellationToken cancellation)
    {
        await stage.Postgres.ExecuteAsync("CHECKPOINT", cancellation);
        var before = stage.Postgres.CpuTime();
        var backup = await tool.BackUpAsync(cancellation);
        figures.ServerCpu.Add((stage.Postgres.CpuTime() - before).TotalSeconds);
        figures.BackUp.Add(backup.Seconds);
        figures.Cpu.Add(backup.CpuSeconds);
        figures.Size = tool.Size();
        var restore = await tool.RestoreAsync(cancellation);
        figures.Restore.Add(restore.Seconds);
        figures.RestoreCpu.Add(restore.CpuSeconds);
    }

    private static string TableOf(IBackupTool[] tools, Dictionary<IBackupTool, Figures> figures, long bytes)
    {
        var (worker, bare, rest) = (figures[tools[0]], figures[tools[1]], figures[tools[2]]);
        var table = new Table("tool", "backup s", "MiB/s", "its CPU s", "server's CPU s", "size MiB", "Worker ÷ it", "restore s", "its CPU s", "goal of the backup");
        foreach (var tool in tools)
        {
            var of = figures[tool];
            table.Add(
                tool.Name,
                Spread.Of(of.BackUp).Text("0.0"),
                Spread.Of(of.BackUp.Select(seconds => bytes / Mebibyte / seconds)).Text("0"),
                Spread.Of(of.Cpu).Text("0.0"),
                Spread.Of(of.ServerCpu).Text("0.0"),
                (of.Size / Mebibyte).ToString("0", CultureInfo.InvariantCulture),
                of == worker ? "" : Ratio(worker, of).Text("0.00"),
                Spread.Of(of.Restore).Text("0.0"),
                Spread.Of(of.RestoreCpu).Text("0.0"),
                of == bare ? new Goal(MostOverBare, AtLeast: false).Judge(Ratio(worker, bare).Median, " × bare")
                    : of == rest ? new Goal(1, AtLeast: false).Judge(Ratio(worker, rest).Median, " × pgBackRest")
                    : "");
        }

        return table.ToString();
    }

    private static Spread Ratio(Figures ours, Figures theirs) => Spread.Of(ours.BackUp.Zip(theirs.BackUp, (a, b) => a / b));

    private async Task FillAsync(Stage stage, int units, CancellationToken cancellation)
    {
        await Command.RunAsync(
            Path.Combine(place.PostgresBinaries, "pgbench"),
            ["--initialize", "--quiet", string.Create(CultureInfo.InvariantCulture, $"--scale={units}")],
            cancellation,
            stage.Postgres.AdministratorEnvironment);
        var tenant = Guid.CreateVersion7();
        await stage.Postgres.ExecuteAsync(
            $"INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{tenant}', 'bench', 'Bench', 'active', now(), now())", cancellation);
        await ContactCopy.FillAsync(stage.Postgres.AsAdministrator, tenant, units * ContactsPerUnit, 1, cancellation);
    }
}
