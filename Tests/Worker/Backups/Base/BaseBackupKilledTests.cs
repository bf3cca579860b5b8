using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Base;

[UnsupportedOSPlatform("windows")]
public sealed class BaseBackupKilledTests(App app) : IAsyncLifetime
{
    private BackedUpCluster _cluster = null!;
    private StoreOfTest _store = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await BackedUpCluster.StartAsync(app);
        _store = new StoreOfTest(_cluster.StoreFolder);
        _cluster.Configuration["Backups__ScratchFolder"] = Path.Combine(_cluster.Folder, "s");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Worker_killed_in_any_phase_leaves_no_backup_and_no_child_and_another_takes_over()
    {
        await KilledWhileAsync("pg_basebackup");
        await KilledWhileAsync("age");
        await KilledWhileCountingAsync();
        await KilledWhileAsync("tar");
        await KilledWhileAsync("pg_verifybackup");
        await KilledWhileStoringAsync();

        await Eventually.BecomesTrueAsync("the lease runs out and another makes the backup", TimeSpan.FromSeconds(60), async () =>
            (await _cluster.RunAsync("backup", "create")).ExitCode == 0);
        _store.Keys("base/").Count.ShouldBe(2);
        _store.Keys(".staging/").ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_cluster.Configuration["Backups__ScratchFolder"]).ShouldBeEmpty();
        (await _cluster.Server.QueryAsync<string>("SELECT string_agg(outcome, ' ' ORDER BY started_at) FROM job_runs WHERE job = 'base-backup'"))
            .ShouldBe("abandoned abandoned abandoned abandoned abandoned abandoned succeeded");
    }

    [Fact]
    public async Task Two_Workers_make_one_backup_when_it_is_due()
    {
        await _cluster.Server.ExecuteAsync("""
            INSERT INTO job_leases (job, shard, due_at) VALUES ('base-backup', 'cluster', now()) ON CONFLICT (job, shard) DO UPDATE SET due_at = now()
            """);
        using (var one = _cluster.Start([]))
        using (var other = _cluster.Start([]))
        {
            await Eventually.BecomesTrueAsync("the backup is made", TimeSpan.FromSeconds(60), () => Task.FromResult(_store.Keys("base/").Count(IsDocument) > 0));
            await Eventually.BecomesTrueAsync("both have looked for work", TimeSpan.FromSeconds(60), async () => await _cluster.Server.QueryAsync<bool>(
                "SELECT EXISTS (SELECT FROM job_leases WHERE job = 'base-backup' AND holder IS NULL AND due_at > now())"));
            await one.StopAsync();
            await other.StopAsync();
        }

        _store.Keys("base/").Count(IsDocument).ShouldBe(1);
        (await _cluster.Server.QueryAsync<long>("SELECT count(*) FROM job_runs WHERE job = 'base-backup'")).ShouldBe(1);
    }

    private async Task KilledWhileAsync(string program)
    {
        using var held = new HeldPrograms();
        held.Hold(program);
        await KilledAsync(held.IsHeldAsync, () => ValueTask.CompletedTask, held.Settings);
    }

    private async Task KilledWhileCountingAsync()
    {
        var locked = await LockAsync("contacts");
        await KilledAsync(_ => WaitsForLockAsync("app_backup"), locked.DisposeAsync);
    }

    private async Task KilledWhileStoringAsync()
    {
        using var held = new HeldPrograms();
        held.Hold("pg_verifybackup");
        NpgsqlConnection? locked = null;
        await KilledAsync(
            async worker =>
            {
                await held.IsHeldAsync(worker);
                locked = await LockAsync("job_leases");
                held.Release();
                await Eventually.BecomesTrueAsync("the files are stored", TimeSpan.FromSeconds(30), () => Task.FromResult(_store.Keys("base/").Count == 1));
            },
            () => locked!.DisposeAsync(),
            held.Settings);
    }

    /// <summary>Kills a Worker once it is where it shall be; looks that nothing is left that looks like a backup.</summary>
    private async Task KilledAsync(Func<WorkerProcess, Task> there, Func<ValueTask> letGo, params (string Key, string Value)[] settings)
    {
        // A lease that outlives the slowest of machines, and that is over when the Worker is dead.
        using var worker = _cluster.Start(["backup", "create"], [.. settings, ("Leases__Duration", "00:02:00")]);
        await there(worker);
        var children = new[] { "pg_basebackup", "age", "tar", "nice" }.SelectMany(worker.Children).ToList();
        worker.Kill();
        await Eventually.BecomesTrueAsync("its children end with it", TimeSpan.FromSeconds(30), () => Task.FromResult(!children.Any(WorkerProcess.Runs)));
        await letGo();
        _store.Keys("base/").ShouldNotContain(key => IsDocument(key));
        await _cluster.Server.ExecuteAsync("UPDATE job_leases SET leased_until = now() WHERE job = 'base-backup'");
    }

    private Task WaitsForLockAsync(string role) => Eventually.BecomesTrueAsync("it waits for the lock", TimeSpan.FromSeconds(60), async () =>
        await _cluster.Server.QueryAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = '{role}' AND wait_event_type = 'Lock')"));

    private async Task<NpgsqlConnection> LockAsync(string table)
    {
        var connection = new NpgsqlConnection(_cluster.Server.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private static bool IsDocument(string key) => key.EndsWith(".json", StringComparison.Ordinal);
}
