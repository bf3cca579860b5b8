using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Worker.Backups.Base;

namespace ProductionReady.Tests.Worker.Backups.Restore;

[UnsupportedOSPlatform("windows")]
public sealed class RestoreTests(App app) : IAsyncLifetime
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
        await _cluster.Server.ExecuteAsync("""
            INSERT INTO contacts (id, tenant_id, name, gender, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'Kept', 'unspecified', now(), now() FROM tenants WHERE slug LIKE 'seeded-%'
            """);
        var made = await _cluster.RunAsync("backup", "create");
        made.ExitCode.ShouldBe(0, made.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Restore_brings_back_the_second_before_a_table_was_dropped()
    {
        await _cluster.Server.ExecuteAsync("UPDATE contacts SET name = 'Changed after the backup'");
        var changed = await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()");
        await Eventually.BecomesTrueAsync("more than a second has passed", TimeSpan.FromSeconds(10), async () =>
            await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()") > changed.AddSeconds(1.2));
        var before = (await _cluster.Server.QueryAsync<DateTime>("UPDATE contacts SET name = 'Changed within the second' RETURNING clock_timestamp()")).AddSeconds(-1);
        await _cluster.Server.ExecuteAsync("DROP TABLE contacts CASCADE");
        await _log.StoreAsync();
        _cluster.Server.Kill();
        _cluster.Server.DeleteData();

        var target = Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, "restored");
        var run = await _cluster.RunAsync("restore", "--to", before.ToString("O"), "--target", target);
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("Base backup");
        run.Output.ShouldContain("public.contacts");
        run.Output.ShouldContain("passed  tables and indexes of appdb (pg_amcheck)");
        run.Output.ShouldContain("passed  foreign keys of appdb");
        run.Output.ShouldContain("passed  forced row-level security in appdb");
        run.Output.ShouldContain("passed  checksums of all pages (pg_checksums)");

        await using var restored = await OwnCluster.OpenAsync(target);
        (await restored.QueryAsync<long>("SELECT count(*) FROM contacts WHERE name = 'Changed after the backup'")).ShouldBe(2);
        (await restored.QueryAsync<bool>("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'amcheck')")).ShouldBeFalse();
    }

    [Fact]
    public async Task Restore_reaches_the_last_commit_when_the_spool_is_newer_than_the_store()
    {
        await _log.StoreAsync();
        await _cluster.Server.ExecuteAsync("CREATE TABLE newest (n int); INSERT INTO newest VALUES (1)");
        await _log.CaughtUpAsync();
        _cluster.Server.Kill();
        _log.Kill();

        await using (var restored = await OwnCluster.OpenAsync(await RestoreAsync("latest")))
        {
            (await restored.QueryAsync<int>("SELECT n FROM newest")).ShouldBe(1);
        }

        // The store alone ends earlier.
        await using var stored = await OwnCluster.OpenAsync(await RestoreAsync("latest", "--store-alone"));
        (await stored.QueryAsync<bool>("SELECT to_regclass('newest') IS NULL")).ShouldBeTrue();
    }

    [Fact]
    public async Task Restore_to_a_position_has_everything_before_it_also_at_the_very_end_of_the_log()
    {
        await _cluster.Server.ExecuteAsync("CREATE TABLE numbers (n int); INSERT INTO numbers VALUES (1)");
        var lsn = await _cluster.Server.QueryAsync<string>("SELECT pg_current_wal_lsn()::text");
        await _log.CaughtUpAsync();
        await using (var restored = await OwnCluster.OpenAsync(await RestoreAsync(lsn, "--skip-checks")))
        {
            (await restored.QueryAsync<long>("SELECT count(*) FROM numbers")).ShouldBe(1);
        }

        await _cluster.Server.ExecuteAsync("INSERT INTO numbers VALUES (2)");
        await _log.CaughtUpAsync();
        await using var again = await OwnCluster.OpenAsync(await RestoreAsync(lsn, "--skip-checks"));
        (await again.QueryAsync<long>("SELECT count(*) FROM numbers")).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_is_refused_when_its_target_is_live_or_not_empty_and_leaves_that_as_it_is()
    {
        var live = await _cluster.RunAsync("restore", "--to", "latest", "--target", _cluster.Server.DataFolder);
        live.ExitCode.ShouldBe(1, live.Output);
        live.Output.ShouldContain("is live: a server runs in it");
        var full = Directory.CreateDirectory(Path.Combine(_cluster.Folder, "full")).FullName;
        await File.WriteAllTextAsync(Path.Combine(full, "mine"), "kept");
        var refused = await _cluster.RunAsync("restore", "--to", "latest", "--target", full);
        refused.ExitCode.ShouldBe(1, refused.Output);
        refused.Output.ShouldContain("is not empty");
        File.ReadAllText(Path.Combine(full, "mine")).ShouldBe("kept");
        (await _cluster.Server.QueryAsync<int>("SELECT 1")).ShouldBe(1);
    }

    [Fact]
    public async Task Restore_says_what_is_wrong_by_its_exit_code_and_leaves_no_folder()
    {
        var target = Path.Combine(_cluster.Folder, "x");
        await EndsAsync(2, "--to takes a time", "--to", "yesterday", "--target", target);
        await EndsAsync(2, "--to", "--target", target);
        await EndsAsync(2, "Name either --target or --into-new-database.", "--to", "latest");
        await EndsAsync(2, "Name either --target or --into-new-database.", "--to", "latest", "--target", target, "--into-new-database", "y");
        await EndsAsync(1, "is before the end of the oldest base backup", "--to", "2020-01-01T00:00:00Z", "--target", target);
        await EndsAsync(1, "is before the end of the oldest base backup", "--to", "0/1", "--target", target);
        await EndsAsync(1, "There is no base backup '20200101T000000Z-0000'", "--to", "latest", "--target", target, "--base", "20200101T000000Z-0000");

        async Task EndsAsync(int exitCode, string because, params string[] options)
        {
            var run = await _cluster.RunAsync(["restore", .. options]);
            run.ExitCode.ShouldBe(exitCode, run.Output);
            run.Output.ShouldContain(because);
            Directory.Exists(target).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Restore_into_a_new_database_leaves_the_live_one_as_it_is()
    {
        _cluster.Configuration["ConnectionStrings__appdb"] = _cluster.Server.AdminConnectionString;
        var before = await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()");
        await _cluster.Server.ExecuteAsync("DELETE FROM contacts");
        await _log.CaughtUpAsync();

        var run = await _cluster.RunAsync("restore", "--to", before.ToString("O"), "--into-new-database", "as-it-was");
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("database as-it-was of the live server");
        await using (var restored = new NpgsqlConnection(_cluster.Server.As("postgres", "as-it-was")))
        {
            await restored.OpenAsync();
            await using var count = new NpgsqlCommand("SELECT count(*) FROM contacts", restored);
            (await count.ExecuteScalarAsync()).ShouldBe(2L);
        }

        (await _cluster.Server.QueryAsync<long>("SELECT count(*) FROM contacts")).ShouldBe(0);
        var again = await _cluster.RunAsync("restore", "--to", before.ToString("O"), "--into-new-database", "as-it-was");
        again.ExitCode.ShouldBe(1, again.Output);
        again.Output.ShouldContain("There is a database 'as-it-was' already");
    }

    [Fact]
    public async Task Restore_that_was_killed_leaves_no_server_and_nothing_that_a_second_one_takes_for_its_own()
    {
        using var held = new HeldPrograms();
        held.Hold("pg_controldata");
        var target = Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, "half");
        using (var killed = _cluster.Start(["restore", "--to", "latest", "--target", target], held.Settings))
        {
            await held.IsHeldAsync(killed);
            killed.Kill();
        }

        File.Exists(Path.Combine(target, "recovery.signal")).ShouldBeTrue();
        var second = await _cluster.RunAsync("restore", "--to", "latest", "--target", target);
        second.ExitCode.ShouldBe(1, second.Output);
        second.Output.ShouldContain("is not empty");
    }

    private async Task<string> RestoreAsync(string to, params string[] options)
    {
        var target = Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, $"restored-{Path.GetRandomFileName()}");
        var run = await _cluster.RunAsync(["restore", "--to", to, "--target", target, .. options]);
        run.ExitCode.ShouldBe(0, run.Output);
        return target;
    }
}
