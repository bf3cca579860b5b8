using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Wal;

[UnsupportedOSPlatform("windows")]
public sealed class WalTimelineTests(App app)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Log_goes_on_after_a_recovery_on_its_new_timeline()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await WalTroubleTests.WriteSegmentsAsync(cluster, 2);
        await cluster.Log.CatchesUpAsync();
        cluster.Server.Kill();
        await BeginTimelineAsync(cluster);
        await cluster.Log.IsReceivedAsync();
        (await cluster.Log.StoresSegmentAsync()).ShouldStartWith("00000002");
        cluster.Log.Objects().ShouldContain(each => each.Log.FileName == "00000002.history");
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_that_was_recovered_to_an_earlier_moment_is_received_beside_what_it_left_behind()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        var folder = await Recovery.CopyAsync(cluster);
        await WalTroubleTests.WriteSegmentsAsync(cluster, 1);
        await cluster.Server.ExecuteAsync("SELECT pg_create_restore_point('earlier')");
        await WalTroubleTests.WriteSegmentsAsync(cluster, 2);
        await cluster.Log.CatchesUpAsync();
        var left = cluster.Log.Segments();
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        cluster.Server.Kill();

        await Recovery.LayOutLogAsync(cluster, folder, withSpool: true);
        await using var recovered = await OwnCluster.OpenAsync(folder, [.. Recovery.Settings, "recovery_target_name=earlier", "recovery_target_action=promote"]);
        using var next = cluster.StartReceiving(
            ($"ConnectionStrings__{ResourceNames.WorkerDatabase}", recovered.As("app_worker")), ($"ConnectionStrings__{ResourceNames.BackupDatabase}", recovered.As("app_backup")));
        await Eventually.BecomesTrueAsync("it is received", Soon, () => recovered.QueryAsync<bool>("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = 'productionready' AND flush_lsn >= pg_current_wal_flush_lsn())"));
        var name = await recovered.QueryAsync<string>("SELECT pg_walfile_name(pg_switch_wal())");
        name.ShouldStartWith("00000002");
        await Eventually.BecomesTrueAsync("it is stored", Soon, () => Task.FromResult(cluster.Log.Segments().Contains(name)));
        left.ShouldBeSubsetOf(cluster.Log.Segments());
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_that_was_set_back_without_a_recovery_is_refused_until_it_begins_a_timeline()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        cluster.Server.Kill();
        var snapshot = Path.Combine(cluster.Folder, "snapshot");
        await Recovery.RunAsync("cp", "-a", cluster.Server.DataFolder, snapshot);
        await cluster.Server.StartAsync();
        await cluster.Log.IsReceivedAsync();
        await WalTroubleTests.WriteSegmentsAsync(cluster, 2);
        await cluster.Log.CatchesUpAsync();
        var left = cluster.Log.Segments();
        cluster.Server.Kill();
        cluster.Server.DeleteData();
        await Recovery.RunAsync("cp", "-a", snapshot, cluster.Server.DataFolder);
        await cluster.Server.StartAsync();
        await Eventually.BecomesTrueAsync("it is refused", Soon, () => Task.FromResult(worker.Said().Contains("the server was set back without a recovery", StringComparison.Ordinal)));
        cluster.Server.Kill();
        await BeginTimelineAsync(cluster);
        await cluster.Log.IsReceivedAsync();
        (await cluster.Log.StoresSegmentAsync()).ShouldStartWith("00000002");
        left.ShouldBeSubsetOf(cluster.Log.Segments());
        cluster.Log.Objects().GroupBy(each => each.Log.FileName).ShouldAllBe(same => same.Count(each => each.Log.Kind == WalObjectKind.Segment) <= 1);
    }

    [Fact]
    public async Task Log_of_another_cluster_is_kept_apart()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using (var worker = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await cluster.Log.StoresSegmentAsync();
            await worker.StopAsync();
        }

        var first = cluster.Log.Objects().Select(each => each.Log.SystemId).Distinct().ShouldHaveSingleItem();
        var admin = await app.Postgres.CreateDatabaseAsync();
        using (var worker = cluster.StartReceiving(
            ("Backups__Wal__Slot", "another_cluster"),
            ($"ConnectionStrings__{ResourceNames.WorkerDatabase}", await app.Postgres.AsAsync(ResourceNames.WorkerDatabase, admin)),
            ($"ConnectionStrings__{ResourceNames.BackupDatabase}", await app.Postgres.AsAsync(ResourceNames.BackupDatabase, admin))))
        {
            await Eventually.BecomesTrueAsync("its log is stored too", Soon, () => Task.FromResult(cluster.Log.Objects().Any(each => each.Log.SystemId != first)));
            await worker.StopAsync();
        }

        Directory.EnumerateDirectories(cluster.SpoolFolder).Count().ShouldBe(2);
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name LIKE 'another_cluster%'", connection);
        await Eventually.BecomesTrueAsync("its slots are dropped", Soon, async () =>
        {
            try
            {
                await drop.ExecuteNonQueryAsync();
                return true;
            }
            catch (PostgresException active) when (active.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                return false;
            }
        });
    }

    /// <summary>Starts the killed server so that it goes on on a timeline of its own.</summary>
    private static async Task BeginTimelineAsync(BackedUpCluster cluster)
    {
        await File.AppendAllTextAsync(Path.Combine(cluster.Server.DataFolder, "postgresql.auto.conf"), "restore_command = 'false'\n");
        await File.WriteAllTextAsync(Path.Combine(cluster.Server.DataFolder, "recovery.signal"), "");
        await Recovery.RunAsync("chmod", "a+rw", Path.Combine(cluster.Server.DataFolder, "recovery.signal"));
        await cluster.Server.StartAsync();
    }
}
