using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>The clock of server and Workers is set back an hour, as by a machine's correction.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ClockSetBackTests(App app)
{
    [Fact]
    public async Task Clock_set_back_an_hour_stops_neither_receiving_nor_a_takeover_nor_backups_and_everything_is_restored()
    {
        using var clock = new MovedClock();
        await using var cluster = await BackedUpCluster.StartAsync(app, clock);
        using (var stopped = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await WriteAsync(cluster, "before");
            await cluster.Log.StoresSegmentAsync();
            await cluster.HasBaseBackupAsync();

            // The lease of a Worker that dies at that very moment ends in more than half an hour by the new clock.
            await stopped.FreezeAsync();
            await SetAsync(cluster, clock, TimeSpan.FromHours(-1));
            stopped.Kill();
        }

        using (var next = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await WriteAsync(cluster, "after");
            await cluster.Log.StoresSegmentAsync();

            // This one lives while the clock goes on, and is set back again.
            await SetAsync(cluster, clock, TimeSpan.Zero);
            await WriteAsync(cluster, "forth");
            await cluster.Log.StoresSegmentAsync();
            await SetAsync(cluster, clock, TimeSpan.FromHours(-1));
            await WriteAsync(cluster, "back");
            await cluster.Log.CatchesUpAsync();
            await cluster.Log.HasNoHoleAsync();
            cluster.Log.Gaps().ShouldBeEmpty();
            (await cluster.RunAsync("backup", "create")).ExitCode.ShouldBe(0);
            var said = await cluster.RunAsync("backup", "wal");
            said.ExitCode.ShouldBe(0, said.Output);
            (await next.StopAsync()).ExitCode.ShouldBe(0);
        }

        var pruned = await cluster.RunAsync("backup", "prune");
        pruned.ExitCode.ShouldBe(0, pruned.Output);
        pruned.Output.ShouldContain("Deleted: 0 backups,");
        foreach (var name in clock.Environment.Keys)
        {
            cluster.Configuration.Remove(name);
        }

        var target = Path.Combine(Path.GetDirectoryName(cluster.Server.DataFolder)!, "restored");
        var restored = await cluster.RunAsync("restore", "--to", "latest", "--store-alone", "--target", target);
        restored.ExitCode.ShouldBe(0, restored.Output);
        await using var server = await OwnCluster.OpenAsync(target);
        (await server.QueryAsync<string>("SELECT string_agg(what, ' ' ORDER BY n) FROM written")).ShouldBe("before after forth back");
    }

    private static Task SetAsync(BackedUpCluster cluster, MovedClock clock, TimeSpan offset)
    {
        clock.Set(offset);
        return Eventually.BecomesTrueAsync("the server has the new time", TimeSpan.FromSeconds(30), async () =>
            Math.Abs((await cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()") - DateTime.UtcNow - offset).TotalMinutes) < 1);
    }

    private static Task WriteAsync(BackedUpCluster cluster, string what) => cluster.Server.ExecuteAsync(
        $"CREATE TABLE IF NOT EXISTS written (n serial, what text); INSERT INTO written (what) VALUES ('{what}')");
}
