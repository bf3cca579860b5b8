using System.Diagnostics;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Dumps;

public sealed class DumpInterruptedTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Killed_Worker_leaves_no_backup_and_no_child_and_another_takes_over()
    {
        using var killed = worker.Start(["backup", "dump"]);
        int pgDump;
        await using (await HoldUpDumpsAsync())
        {
            pgDump = await PgDumpOfAsync(killed);
            killed.Kill();
            await Eventually.BecomesTrueAsync("pg_dump ends with its Worker", TimeSpan.FromSeconds(30), () => Task.FromResult(!WorkerProcess.Runs(pgDump)));
            Store.All("dump/").ShouldBeEmpty();
            Store.Staged().ShouldNotBeEmpty();
        }

        await Eventually.BecomesTrueAsync("the lease runs out and another makes the backup", TimeSpan.FromSeconds(90), async () =>
            (await worker.RunAsync("backup", "dump")).ExitCode == 0);
        Store.Staged().ShouldBeEmpty();
        Store.All("dump/").Count.ShouldBe(2, "the dump and its document");
        (await worker.QueryAsync<string>("SELECT string_agg(outcome, ', ' ORDER BY started_at) FROM job_runs WHERE split_part(holder, '/', 2) = '" + killed.Id + "'"))
            .ShouldBe("abandoned");
        Clear();
    }

    [Fact]
    public async Task Killed_pg_dump_fails_the_backup_and_leaves_nothing()
    {
        using var attempt = worker.Start(["backup", "dump"]);
        await using (await HoldUpDumpsAsync())
        {
            using var pgDump = Process.GetProcessById(await PgDumpOfAsync(attempt));
            pgDump.Kill();
            await pgDump.WaitForExitAsync();
        }

        var run = await attempt.ExitAsync();
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("pg_dump ended with exit code 137");
        Store.All().ShouldBeEmpty();
        Store.Staged().ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_signal_ends_a_backup_with_its_child_and_gives_the_lease_back()
    {
        using var attempt = worker.Start(["backup", "dump"]);
        await using (await HoldUpDumpsAsync())
        {
            var pgDump = await PgDumpOfAsync(attempt);
            var run = await attempt.StopAsync();
            run.ExitCode.ShouldBe(1, run.Output);
            WorkerProcess.Runs(pgDump).ShouldBeFalse();
        }

        Store.All().ShouldBeEmpty();
        Store.Staged().ShouldBeEmpty();
        (await worker.QueryAsync<bool>("SELECT holder IS NULL FROM job_leases WHERE job = 'dump'")).ShouldBeTrue();
    }

    [Fact]
    public async Task Second_backup_is_refused_while_one_runs()
    {
        using var first = worker.Start(["backup", "dump"]);
        await using (await HoldUpDumpsAsync())
        {
            await PgDumpOfAsync(first);
            var second = await worker.RunAsync("backup", "dump");
            second.ExitCode.ShouldBe(1, second.Output);
            second.Output.ShouldContain("Another Worker is running dump");
        }

        (await first.ExitAsync()).ExitCode.ShouldBe(0);
        Store.All("dump/").Count.ShouldBe(2);
        Clear();
    }

    /// <summary>A lock that pg_dump has to wait for, until disposed.</summary>
    private async Task<NpgsqlConnection> HoldUpDumpsAsync()
    {
        var connection = new NpgsqlConnection(worker.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private async Task<int> PgDumpOfAsync(WorkerProcess process)
    {
        await Eventually.BecomesTrueAsync("pg_dump waits for the lock", TimeSpan.FromSeconds(60), async () =>
        {
            process.HasExited.ShouldBeFalse();
            return await worker.QueryAsync<bool>("""
                SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                    AND application_name = 'productionready-backup' AND wait_event_type = 'Lock')
                """);
        });
        return process.Children("pg_dump").Single();
    }

    private StoreFiles Store => new(worker.StoreFolder);

    private void Clear() => Directory.Delete(worker.BackupFolder, recursive: true);
}
