using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Wal;

[UnsupportedOSPlatform("windows")]
public sealed class WalStrictTests(App app)
{
    private const string Write = "CREATE TABLE IF NOT EXISTS written (n int); INSERT INTO written VALUES (1)";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);
    private static readonly (string, string) Strict = ("Backups__Wal__Strict", "true");

    [Fact]
    public async Task Commit_waits_in_strict_mode_while_no_Worker_receives_and_neither_leases_nor_migrations_do()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using (var worker = cluster.StartReceiving(Strict))
        {
            await IsInForceAsync(cluster, true);
            await cluster.Server.ExecuteAsync(Write);
            worker.Kill();
        }

        await Eventually.BecomesTrueAsync("nobody receives", Soon, () => cluster.Server.QueryAsync<bool>("SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'productionready'"));
        var waiting = cluster.Server.ExecuteAsync(Write);
        await WaitsAsync(cluster);
        await MigrationRun.UpAsync(cluster.Server.AdminConnectionString, app);
        waiting.IsCompleted.ShouldBeFalse();

        using var next = cluster.StartReceiving(Strict);
        await waiting.WaitAsync(Soon);
        await next.StopAsync();

        // Nobody is there: the operator lets them go.
        var again = cluster.Server.ExecuteAsync(Write);
        await WaitsAsync(cluster);
        (await cluster.RunAsync("backup", "wal", "--release")).ExitCode.ShouldBe(0);
        await again.WaitAsync(Soon);
        await IsInForceAsync(cluster, false);
    }

    [Fact]
    public async Task Worker_without_strict_mode_takes_it_back()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using (cluster.StartReceiving(Strict))
        {
            await IsInForceAsync(cluster, true);
        }

        var waiting = cluster.Server.ExecuteAsync(Write);
        using var next = cluster.StartReceiving();
        await waiting.WaitAsync(Soon);
        await IsInForceAsync(cluster, false);
    }

    [Fact]
    public async Task Standbys_of_somebody_else_are_left_alone_and_that_is_said()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app, "synchronous_commit=local", "synchronous_standby_names=other");
        using var worker = cluster.StartReceiving(Strict);
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await Eventually.BecomesTrueAsync("the slot was looked at", Soon, () => cluster.Server.QueryAsync<bool>(
            "SELECT restart_lsn >= '0/2000000' FROM pg_replication_slots WHERE slot_name = 'productionready_store'"));
        (await cluster.Server.QueryAsync<string>("SHOW synchronous_standby_names")).ShouldBe("other");
        (await worker.StopAsync()).Output.ShouldContain("Strict mode is not in force: synchronous_standby_names is other");
    }

    private static Task IsInForceAsync(BackedUpCluster cluster, bool yes) => Eventually.BecomesTrueAsync(
        yes ? "commits wait for the receiver" : "commits wait for nobody", Soon, async () => await cluster.Server.QueryAsync<string>("SHOW synchronous_standby_names") == (yes ? "\"productionready\"" : ""));

    private static Task WaitsAsync(BackedUpCluster cluster) => Eventually.BecomesTrueAsync("the commit waits", Soon, () => cluster.Server.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND usename = 'postgres')"));
}
