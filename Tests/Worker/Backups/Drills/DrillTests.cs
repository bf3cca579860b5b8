using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Worker.Backups.Base;
using ProductionReady.Tests.Worker.Backups.Restore;

namespace ProductionReady.Tests.Worker.Backups.Drills;

[UnsupportedOSPlatform("windows")]
public sealed class DrillTests(App app) : IAsyncLifetime
{
    private BackedUpCluster _cluster = null!;
    private ReceivedLog _log = null!;
    private StoreOfTest _store = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await BackedUpCluster.StartAsync(app);
        _store = new StoreOfTest(_cluster.StoreFolder);
        _cluster.Configuration["Leases__Duration"] = "00:01:00";
        _log = await ReceivedLog.StartAsync(_cluster);
        await _cluster.Server.ExecuteAsync(SeededTenants.With(tenants: 2, expiredTokens: 3));
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Drill_restores_compares_and_looks_at_everything_and_measures_what_it_took()
    {
        var placed = await MigrationRun.OfAsync(_cluster.Server.AdminConnectionString, app, "place", "seeded-1");
        placed.ExitCode.ShouldBe(0, placed.Output);
        var own = await _cluster.Server.QueryAsync<string>("SELECT datname::text FROM pg_database WHERE datname LIKE 'tenant\\_%'");
        await BackUpAsync();
        await _cluster.Server.ExecuteAsync("INSERT INTO contacts (id, tenant_id, name, gender, created_at, updated_at) SELECT gen_random_uuid(), id, 'Later', 'unspecified', now(), now() FROM tenants WHERE slug = 'seeded-2'");
        await _log.StoreAsync();

        var run = await _cluster.RunAsync("drill", "run");
        run.ExitCode.ShouldBe(0, run.Output);
        foreach (var check in (string[])["ledger of appdb at", "tables and indexes of appdb (pg_amcheck)", "foreign keys of appdb", "forced row-level security in appdb",
            "audit trails of appdb", "migrations of appdb", "reads of every module in appdb", "sign-in to appdb", "checksums of all pages (pg_checksums)"])
        {
            run.Output.ShouldContain($"passed  {check}");
            run.Output.ShouldContain($"passed  {check.Replace("appdb", own, StringComparison.Ordinal)}", customMessage: "a tenant's own database is looked at as well");
        }

        var drill = _store.Read(_store.Keys("drill/").ShouldHaveSingleItem());
        drill["outcome"]!.GetValue<string>().ShouldBe("passed");
        drill["recoveryTimeSeconds"]!.GetValue<double>().ShouldBeGreaterThan(0);
        drill["recoveryPointSeconds"]!.GetValue<double>().ShouldBeGreaterThanOrEqualTo(0);
        drill["baseId"]!.GetValue<string>().ShouldBe((string)_store.BaseBackup()["id"]!);
        DateTimeOffset.Parse((string)drill["target"]!).ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow);
        var listed = await _cluster.RunAsync("drill", "list", "--json");
        JsonNode.Parse(listed.Output)![0]!["id"]!.GetValue<string>().ShouldBe((string)drill["id"]!);
        _store.Keys("check/").ShouldContain(key => key.Contains("/restore.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ledger_that_was_counted_while_others_never_paused_is_compared_at_the_place_that_its_snapshot_has_in_the_log()
    {
        await _cluster.Server.ExecuteAsync("CREATE TABLE busy (n bigserial PRIMARY KEY, what text)");
        JsonNode drill;
        var attempts = 0;
        do
        {
            (++attempts).ShouldBeLessThanOrEqualTo(4, "one commit in a great many overtakes another on its way from the log to the snapshots");
            await using (var open = new NpgsqlConnection(_cluster.Server.AdminConnectionString))
            {
                await open.OpenAsync();
                await using var uncommitted = new NpgsqlCommand("BEGIN; INSERT INTO busy (what) VALUES ('not yet committed')", open);
                await uncommitted.ExecuteNonQueryAsync();
                using var enough = new CancellationTokenSource();
                var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WriteAsync(enough.Token))));
                await BackUpAsync();
                await enough.CancelAsync();
                await writing;
                await using var commit = new NpgsqlCommand("COMMIT", open);
                await commit.ExecuteNonQueryAsync();
            }

            var ledger = _store.Documents("base/").MaxBy(backup => (string)backup["id"]!)!["ledgers"]![0]!;
            ((bool)ledger["exact"]!).ShouldBeFalse();
            ledger["lsn"].ShouldBeNull();
            await _log.StoreAsync();
            var run = await _cluster.RunAsync("drill", "run");
            run.ExitCode.ShouldBe(0, run.Output);
            drill = _store.Documents("drill/").MaxBy(each => (string)each["id"]!)!;
        }
        while (drill["notCompared"]!.AsArray().Count > 0);

        drill["checks"]!.AsArray().ShouldContain(check => ((string)check!["check"]!).StartsWith("ledger of appdb at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drill_names_each_thing_that_is_wrong_and_is_recorded_as_failed()
    {
        await _cluster.Server.ExecuteAsync("""
            CREATE TABLE unprotected (tenant_id uuid);
            SET session_replication_role = replica;
            DELETE FROM users WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'seeded-1');
            DO $$
            DECLARE tenant uuid := (SELECT id FROM tenants WHERE slug = 'seeded-2');
            BEGIN
                PERFORM set_config('app.tenant_id', tenant::text, true);
                EXECUTE format('SELECT append_audit(gen_random_uuid(), ''tenant.created'', ''succeeded'', ''system'', NULL, ''tenant'', %L, NULL, NULL, NULL, NULL, NULL, NULL)', tenant);
                UPDATE audit_entries SET address = '192.0.2.1' WHERE tenant_id = tenant AND seq = 1;
            END $$;
            """);
        await BackUpAsync();
        await Rewrite(ledger => ledger["tables"]!.AsArray().Single(table => (string)table!["table"]! == "public.contacts")!["rows"] = 7);
        await _log.StoreAsync();

        var run = await _cluster.RunAsync("drill", "run");
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("public.contacts has 0 rows instead of 7.");
        run.Output.ShouldContain("public.unprotected belongs to tenants but has no forced row-level security.");
        run.Output.ShouldContain("rows break the foreign key");
        run.Output.ShouldContain($"The audit trail of tenant {await _cluster.Server.QueryAsync<Guid>("SELECT id FROM tenants WHERE slug = 'seeded-2'")} is broken at entry 1");
        _store.Read(_store.Keys("drill/").ShouldHaveSingleItem())["outcome"]!.GetValue<string>().ShouldBe("failed");
        (await _cluster.RunAsync("drill", "list")).Output.ShouldContain("FAILED");
    }

    [Fact]
    public async Task Drill_names_the_object_that_was_damaged()
    {
        await BackUpAsync();
        await _log.StoreAsync();
        var tar = _store.Keys("base/").Single(key => key.EndsWith(".age", StringComparison.Ordinal));
        _store.Flip(tar);

        var run = await _cluster.RunAsync("drill", "run");
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain($"{tar} is damaged");
        _store.Keys("drill/").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Worker_killed_amid_a_drill_leaves_no_server_and_no_record_and_the_next_drill_clears_up()
    {
        await BackUpAsync();
        await _log.StoreAsync();
        var scratch = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, "scratch")).FullName;
        _cluster.Configuration["Backups__ScratchFolder"] = scratch;
        using var held = new HeldPrograms();
        held.Hold("pg_amcheck");
        using (var killed = _cluster.Start(["drill", "run"], held.Settings))
        {
            await held.IsHeldAsync(killed);
            var servers = killed.Children("postgres");
            servers.ShouldNotBeEmpty();
            killed.Kill();
            await Eventually.BecomesTrueAsync("its server ends with it", TimeSpan.FromSeconds(30), () => Task.FromResult(!servers.Any(WorkerProcess.Runs)));
        }

        _store.Keys("drill/").ShouldBeEmpty();
        _store.Keys("check/").ShouldNotContain(key => key.Contains("/restore.", StringComparison.Ordinal));
        await _cluster.Server.ExecuteAsync("UPDATE job_leases SET leased_until = now() WHERE job = 'drill'");
        var run = await _cluster.RunAsync("drill", "run");
        run.ExitCode.ShouldBe(0, run.Output);
        Directory.EnumerateFileSystemEntries(scratch).ShouldBeEmpty();
        (await _cluster.Server.QueryAsync<string>("SELECT string_agg(outcome, ' ' ORDER BY started_at) FROM job_runs WHERE job = 'drill'")).ShouldBe("abandoned succeeded");
    }

    [Fact]
    public async Task Drill_is_not_possible_and_not_failed_where_there_is_no_private_key()
    {
        _cluster.Configuration.Remove("Backups__Encryption__IdentityFile");
        await BackUpAsync();
        var run = await _cluster.RunAsync("drill", "run");
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("A drill is not possible here: this Worker has no private key");
        _store.Keys("drill/").ShouldBeEmpty();
        (await _cluster.Server.QueryAsync<string>("SELECT outcome || ' ' || (details ->> 'possible') FROM job_runs WHERE job = 'drill'")).ShouldBe("succeeded false");
    }

    /// <summary>Inserts and deletes, a commit for each, until it is enough.</summary>
    private async Task WriteAsync(CancellationToken enough)
    {
        await using var connection = new NpgsqlConnection(_cluster.Server.AdminConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        for (var n = 0; !enough.IsCancellationRequested; n++)
        {
            await using var command = new NpgsqlCommand(
                n % 3 == 2 ? "DELETE FROM busy WHERE n = (SELECT min(n) FROM busy WHERE what = 'busy')" : "INSERT INTO busy (what) VALUES ('busy')", connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private async Task BackUpAsync()
    {
        var made = await _cluster.RunAsync("backup", "create");
        made.ExitCode.ShouldBe(0, made.Output);
    }

    /// <summary>Puts another document in the place of the base backup's, named by its own digest.</summary>
    private async Task Rewrite(Action<JsonNode> change)
    {
        var key = _store.Keys("base/").Single(each => each.EndsWith(".json", StringComparison.Ordinal));
        var backup = _store.Read(key);
        change(backup["ledgers"]![0]!);
        var content = Encoding.UTF8.GetBytes(backup.ToJsonString());
        File.Delete(_store.PathOf(key));
        var parts = key.Split('.');
        await File.WriteAllBytesAsync(_store.PathOf($"{parts[0]}.{Convert.ToHexStringLower(SHA256.HashData(content))}.json"), content);
    }
}
