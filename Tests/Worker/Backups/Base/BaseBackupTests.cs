using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Base;

[UnsupportedOSPlatform("windows")]
public sealed class BaseBackupTests(App app) : IAsyncLifetime
{
    private BackedUpCluster _cluster = null!;
    private StoreOfTest _store = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await BackedUpCluster.StartAsync(app);
        _store = new StoreOfTest(_cluster.StoreFolder);
        _cluster.Configuration["Leases__Duration"] = "00:01:00";
        await _cluster.Server.ExecuteAsync(SeededTenants.With(tenants: 3, expiredTokens: 9));
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Base_backup_holds_the_cluster_its_log_and_an_exact_ledger_and_opens_with_Debians_programs()
    {
        var run = await _cluster.RunAsync("backup", "create");
        run.ExitCode.ShouldBe(0, run.Output);

        var keys = _store.Keys("base/");
        keys.Count.ShouldBe(2);
        _store.Keys(".staging/").ShouldBeEmpty();
        var backup = _store.BaseBackup();
        run.Output.ShouldContain((string)backup["id"]!);
        backup["kind"]!.GetValue<string>().ShouldBe("base");
        backup["systemId"]!.GetValue<string>().ShouldBe(await _cluster.Server.QueryAsync<string>("SELECT system_identifier::text FROM pg_control_system()"));
        backup["objects"]![0]!["key"]!.GetValue<string>().ShouldBe(keys[1]);
        backup["recipients"]![0]!.GetValue<string>().ShouldBe(_cluster.Configuration["Backups__Encryption__Recipients__0"]);
        var ledger = backup["ledgers"]!.AsArray().ShouldHaveSingleItem()!;
        ledger["exact"]!.GetValue<bool>().ShouldBeTrue();
        ledger["migrationId"]!.GetValue<string>().ShouldNotBeEmpty();
        Rows(ledger, "public.refresh_tokens").ShouldBe(30);

        var list = await _store.ByHandAsync(keys[1], _cluster.Configuration["Backups__Encryption__IdentityFile"], "tar -t");
        list.ShouldContain("backup_manifest");
        list.ShouldContain("pg_wal/0000000100000000000000");
        (await File.ReadAllBytesAsync(_store.PathOf(keys[1])))[..21].ShouldBe("age-encryption.org/v1"u8.ToArray());
    }

    [Fact]
    public async Task Base_backup_has_its_log_when_checkpoints_came_while_it_was_copied()
    {
        using var held = new HeldPrograms();
        held.Hold("age");
        using var worker = _cluster.Start(["backup", "create"], held.Settings);
        await held.IsHeldAsync(worker);
        await Eventually.BecomesTrueAsync("the files are being copied", TimeSpan.FromSeconds(30), () => _cluster.Server.QueryAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_progress_basebackup WHERE phase = 'streaming database files')"));
        for (var checkpoint = 0; checkpoint < 6; checkpoint++)
        {
            await _cluster.Server.ExecuteAsync("CREATE TABLE IF NOT EXISTS more (n int); INSERT INTO more VALUES (1); SELECT pg_switch_wal()");
            await _cluster.Server.ExecuteAsync("CHECKPOINT");
        }

        held.Release();
        var run = await worker.ExitAsync();
        run.ExitCode.ShouldBe(0, run.Output);
        (await _cluster.Server.QueryAsync<long>("SELECT count(*) FROM pg_replication_slots")).ShouldBe(0);
    }

    [Fact]
    public async Task Base_backup_is_refused_in_one_sentence_when_the_client_is_older_than_the_server()
    {
        var old = Directory.CreateDirectory(Path.Combine(_cluster.Folder, "old"));
        var program = Path.Combine(old.FullName, "pg_basebackup");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'pg_basebackup (PostgreSQL) 14.9'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var attempt = _cluster.Start(["backup", "create"], ("PG_BIN", old.FullName));

        await RefusedAsync(await attempt.ExitAsync(), "pg_basebackup 14.9");
    }

    [Fact]
    public async Task Base_backup_is_refused_in_one_sentence_when_the_server_has_tablespaces()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, "elsewhere"));
        File.SetUnixFileMode(elsewhere.FullName, (UnixFileMode)0b111_111_111);
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = System.Diagnostics.Process.Start("chown", ["postgres", elsewhere.FullName]);
            await chown.WaitForExitAsync();
        }

        await _cluster.Server.ExecuteAsync($"CREATE TABLESPACE elsewhere LOCATION '{elsewhere.FullName}'");
        try
        {
            await RefusedAsync(await _cluster.RunAsync("backup", "create"), "The server has tablespaces outside of its data folder (elsewhere)");
        }
        finally
        {
            await _cluster.Server.ExecuteAsync("DROP TABLESPACE elsewhere");
        }
    }

    private Task RefusedAsync(ServiceRun run, string because)
    {
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.Trim().Split('\n').ShouldHaveSingleItem().ShouldStartWith(because);
        _store.Keys("").ShouldBeEmpty();
        return Task.CompletedTask;
    }

    private static long Rows(JsonNode ledger, string table) =>
        ledger["tables"]!.AsArray().Single(entry => (string)entry!["table"]! == table)!["rows"]!.GetValue<long>();
}
