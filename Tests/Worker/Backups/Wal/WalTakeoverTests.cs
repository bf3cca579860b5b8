using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Wal;

[UnsupportedOSPlatform("windows")]
public sealed class WalTakeoverTests(App app)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Of_two_Workers_one_receives_and_when_it_dies_the_other_begins_where_the_store_ends()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var one = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        using var other = StartElsewhere(cluster, "other");
        await WriteAsync(cluster);
        await cluster.Log.StoresSegmentAsync();
        other.Children("pg_receivewal").ShouldBeEmpty();

        // Received by the one, and never stored: its spool is on a machine that is gone.
        await HideStoreAsync(cluster);
        await WriteAsync(cluster);
        await cluster.Server.ExecuteAsync("SELECT pg_switch_wal()");
        await WriteAsync(cluster);
        await cluster.Log.IsReceivedAsync();
        one.Kill();
        ShowStore(cluster);
        await Eventually.BecomesTrueAsync("the other receives", Soon, () => Task.FromResult(other.Children("pg_receivewal").Count == 1));
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();

        // Back with a spool that is behind by now.
        other.Kill();
        using var back = cluster.StartReceiving();
        await Eventually.BecomesTrueAsync("the first receives again", Soon, () => Task.FromResult(back.Children("pg_receivewal").Count == 1));
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }

    [Fact]
    public async Task Worker_that_stands_still_is_cut_off_by_the_one_that_takes_over()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var frozen = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        using var other = StartElsewhere(cluster, "other");
        await frozen.FreezeAsync();
        await Eventually.BecomesTrueAsync("the other receives", Soon, () => Task.FromResult(other.Children("pg_receivewal").Count == 1));
        await cluster.Log.IsReceivedAsync();
        await frozen.ThawAsync();
        await WriteAsync(cluster);
        await cluster.Log.StoresSegmentAsync();
        await Eventually.BecomesTrueAsync("the first knows that it lost the right", Soon, () => Task.FromResult(frozen.Children("pg_receivewal").Count == 0));
        other.Children("pg_receivewal").Count.ShouldBe(1);
        await cluster.Log.HasNoHoleAsync();
    }

    [Fact]
    public async Task Workers_with_one_spool_take_turns_and_store_each_segment_once()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var one = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        using var other = cluster.StartReceiving();
        await WriteAsync(cluster);
        await cluster.Log.StoresSegmentAsync();
        one.Kill();
        await Eventually.BecomesTrueAsync("the other receives", Soon, () => Task.FromResult(other.Children("pg_receivewal").Count == 1));
        await WriteAsync(cluster);
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        var segments = cluster.Log.Objects().Where(each => each.Log.Reach == 0).Select(each => each.Log.FileName).ToList();
        segments.ShouldBe(segments.Distinct());
    }

    [Fact]
    public async Task What_a_lost_server_left_in_the_spool_is_stored_although_no_server_answers()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using (var worker = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await HideStoreAsync(cluster);
            await WriteAsync(cluster);
            await cluster.Server.ExecuteAsync("SELECT pg_switch_wal()");
            await WriteAsync(cluster);
            await cluster.Log.IsReceivedAsync();
            worker.Kill();
        }

        var spooled = Directory.EnumerateFiles(Path.Combine(cluster.SpoolFolder, await cluster.SystemIdAsync())).Select(path => Path.GetFileName(path)[..24]).ToList();
        cluster.Server.Kill();
        cluster.Server.DeleteData();
        ShowStore(cluster);
        using var next = cluster.StartReceiving();
        await Eventually.BecomesTrueAsync("all of it is stored", Soon, () => Task.FromResult(spooled.All(name => cluster.Log.Objects().Any(each => each.Log.FileName == name))));
    }

    private static WorkerProcess StartElsewhere(BackedUpCluster cluster, string folder) =>
        cluster.StartReceiving(("Backups__Folder", Path.Combine(cluster.Folder, folder)));

    private static Task WriteAsync(BackedUpCluster cluster) =>
        cluster.Server.ExecuteAsync("CREATE TABLE IF NOT EXISTS written (n int); INSERT INTO written SELECT generate_series(1, 1000)");

    /// <summary>From now on the store answers errors: there is a file where its folder was.</summary>
    internal static async Task HideStoreAsync(BackedUpCluster cluster)
    {
        if (Directory.Exists(cluster.StoreFolder))
        {
            Directory.Move(cluster.StoreFolder, cluster.StoreFolder + ".hidden");
        }

        await File.WriteAllTextAsync(cluster.StoreFolder, "");
    }

    internal static void ShowStore(BackedUpCluster cluster)
    {
        File.Delete(cluster.StoreFolder);
        if (Directory.Exists(cluster.StoreFolder + ".hidden"))
        {
            Directory.Move(cluster.StoreFolder + ".hidden", cluster.StoreFolder);
        }
    }
}
