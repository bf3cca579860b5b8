using System.Diagnostics;
using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Wal;

[UnsupportedOSPlatform("windows")]
public sealed class WalReceivingTests(App app)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Log_is_in_the_store_byte_for_byte_as_soon_as_a_segment_ends_and_the_rest_within_seconds()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Server.ExecuteAsync("CREATE TABLE written AS SELECT g, md5(g::text) FROM generate_series(1, 10000) g");
        var finished = await cluster.Log.StoresSegmentAsync();
        await cluster.Server.ExecuteAsync("INSERT INTO written SELECT g, 'more' FROM generate_series(1, 1000) g");
        await cluster.Log.CatchesUpAsync();

        var segment = cluster.Log.Objects().Single(each => each.Log.FileName == finished && each.Log.Kind == WalObjectKind.Segment);
        (await cluster.Log.OpenAsync(segment.Path)).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(cluster.Server.DataFolder, "pg_wal", finished)));
        var (begun, opened) = await cluster.Log.OpenNewestPartAsync();
        opened.Length.ShouldBe(WalSegment.UsualSize);
        opened.AsSpan((int)begun.Reach).ContainsAnyExcept((byte)0).ShouldBeFalse();
        var written = await File.ReadAllBytesAsync(Path.Combine(cluster.Server.DataFolder, "pg_wal", begun.FileName));
        opened.Take((int)begun.Reach).ShouldBe(written.Take((int)begun.Reach));

        var last = await cluster.Log.StoresSegmentAsync();
        await Eventually.BecomesTrueAsync("what is outdated is gone", Soon, () => Task.FromResult(!cluster.Log.Objects().Any(each => each.Log.Kind == WalObjectKind.Partial && each.Log.FileName == last)));
        await Eventually.BecomesTrueAsync("the server may let go of what is stored", Soon, () => cluster.Server.QueryAsync<bool>(
            $"SELECT pg_walfile_name(restart_lsn) > '{finished}' FROM pg_replication_slots WHERE slot_name = 'productionready_store'"));
        File.Exists(Path.Combine(cluster.SpoolFolder, await cluster.SystemIdAsync(), finished)).ShouldBeFalse();
        await cluster.Log.HasNoHoleAsync();

        var said = await cluster.RunAsync("backup", "wal");
        said.ExitCode.ShouldBe(0, said.Output);
        said.Output.ShouldContain("productionready (what the spool has) active");
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        (await cluster.RunAsync("backup", "wal")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Receiver_that_is_killed_is_started_again_and_leaves_no_hole()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        foreach (var _ in (int[])[1, 2])
        {
            var receiver = worker.Children("pg_receivewal").ShouldHaveSingleItem();
            Process.GetProcessById(receiver).Kill();
            await cluster.Server.ExecuteAsync("CREATE TABLE IF NOT EXISTS written (n int); INSERT INTO written SELECT generate_series(1, 1000); SELECT pg_switch_wal()");
            await Eventually.BecomesTrueAsync("another receiver runs", Soon, () => Task.FromResult(worker.Children("pg_receivewal") is [var now] && now != receiver));
            await cluster.Log.IsReceivedAsync();
        }

        cluster.Server.Kill();
        await cluster.Server.StartAsync();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_Worker_takes_its_receiver_along_and_the_next_one_goes_on_without_a_hole()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using (var killed = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await cluster.Log.StoresSegmentAsync();
            var receiver = killed.Children("pg_receivewal").ShouldHaveSingleItem();
            killed.Kill();
            await Eventually.BecomesTrueAsync("the receiver ends", Soon, () => Task.FromResult(!WorkerProcess.Runs(receiver)));
        }

        await cluster.Server.ExecuteAsync("CREATE TABLE written AS SELECT generate_series(1, 1000); SELECT pg_switch_wal()");
        using var next = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }
}
