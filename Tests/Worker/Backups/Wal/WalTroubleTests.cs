using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Wal;

[UnsupportedOSPlatform("windows")]
public sealed class WalTroubleTests(App app)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Log_waits_in_the_spool_while_the_store_is_away_and_nothing_is_lost()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await WalTakeoverTests.HideStoreAsync(cluster);
        var folder = Path.Combine(cluster.SpoolFolder, await cluster.SystemIdAsync());
        await WriteSegmentsAsync(cluster, 3);
        await Eventually.BecomesTrueAsync("the spool has them", Soon, () => Task.FromResult(Directory.EnumerateFiles(folder).Count(path => Path.GetExtension(path) == "") >= 3));
        WalTakeoverTests.ShowStore(cluster);
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        await Eventually.BecomesTrueAsync("the spool is empty again", Soon, () => Task.FromResult(!Directory.EnumerateFiles(folder).Any(path => Path.GetExtension(path) == "")));
        var run = await worker.StopAsync();
        run.Output.ShouldContain("Write-ahead log is not stored");
        run.Output.ShouldContain("Write-ahead log is stored again");
    }

    [Fact]
    public async Task Full_disk_at_the_spool_is_said_and_the_server_keeps_its_log_until_there_is_room()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var disk = SmallDisk.Mount(Path.Combine(cluster.Folder, "small"), megabytes: 40);
        using var worker = cluster.StartReceiving(("Backups__Wal__Spool", disk.Folder));
        await cluster.Log.IsReceivedAsync();
        disk.Fill();
        await WriteSegmentsAsync(cluster, 4);
        await Eventually.BecomesTrueAsync("the receiver gave up", Soon, async () => !await cluster.Server.QueryAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = 'productionready' AND active)"));
        worker.HasExited.ShouldBeFalse();
        disk.MakeRoom();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
        (await worker.StopAsync()).Output.ShouldContain($"The disk of the spool {disk.Folder} is full");
    }

    [Fact]
    public async Task Full_disk_at_the_store_is_said_no_backup_is_made_and_the_log_waits_in_the_spool_until_there_is_room()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        using var disk = SmallDisk.Mount(cluster.StoreFolder, megabytes: 40);
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.HasBaseBackupAsync();
        var backups = Path.Combine(cluster.StoreFolder, "base");
        Directory.GetDirectories(backups).Length.ShouldBe(1);
        disk.Fill();
        await WriteSegmentsAsync(cluster, 2);
        var folder = Path.Combine(cluster.SpoolFolder, await cluster.SystemIdAsync());
        await Eventually.BecomesTrueAsync("the spool has them", Soon, () => Task.FromResult(Directory.EnumerateFiles(folder).Count(path => Path.GetExtension(path) == "") >= 2));
        var refused = await cluster.RunAsync("backup", "create");
        refused.ExitCode.ShouldBe(1, refused.Output);
        refused.Output.ShouldContain("No space left on device");
        Directory.GetFiles(backups, "backup.*", SearchOption.AllDirectories).Length.ShouldBe(1);
        disk.MakeRoom();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
        (await cluster.RunAsync("backup", "create")).ExitCode.ShouldBe(0);
        Directory.GetFiles(backups, "backup.*", SearchOption.AllDirectories).Length.ShouldBe(2);
        (await worker.StopAsync()).Output.ShouldContain("Write-ahead log is not stored: No space left on device");
    }

    [Fact]
    public async Task Slot_that_the_server_gave_up_is_told_recorded_as_a_gap_and_followed_by_a_base_backup()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app, "max_slot_wal_keep_size=16MB", "max_wal_size=32MB", "min_wal_size=32MB");
        using (var before = cluster.StartReceiving())
        {
            await cluster.Log.IsReceivedAsync();
            await cluster.Log.StoresSegmentAsync();
            await before.StopAsync();
        }

        await cluster.Server.ExecuteAsync("""
            INSERT INTO job_leases (job, shard, due_at) VALUES ('base-backup', 'cluster', 'infinity')
            ON CONFLICT (job, shard) DO UPDATE SET due_at = 'infinity'
            """);
        await WriteSegmentsAsync(cluster, 6);
        await cluster.Server.ExecuteAsync("CHECKPOINT");
        (await cluster.Server.QueryAsync<string>("SELECT wal_status FROM pg_replication_slots WHERE slot_name = 'productionready_store'")).ShouldBe("lost");
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        cluster.Log.Gaps().ShouldHaveSingleItem();
        (await cluster.Server.QueryAsync<bool>("SELECT due_at <= now() OR last_started_at IS NOT NULL FROM job_leases WHERE job = 'base-backup'")).ShouldBeTrue();
        (await cluster.RunAsync("backup", "wal")).Output.ShouldContain($"Gap     {cluster.Log.Gaps()[0]}");
        var said = (await worker.StopAsync()).Output;
        said.ShouldContain("The server gave up the replication slot");
        said.ShouldContain("is lost: no recovery from a base backup before it passes it");
    }

    [Fact]
    public async Task Slots_that_somebody_dropped_are_made_again_without_a_gap_while_the_server_still_has_the_log()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app, "wal_keep_size=128MB");
        using var worker = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await worker.StopAsync();
        await cluster.Server.ExecuteAsync("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        await WriteSegmentsAsync(cluster, 2);
        await cluster.Server.ExecuteAsync("CHECKPOINT");
        using var next = cluster.StartReceiving();
        await cluster.Log.IsReceivedAsync();
        await cluster.Log.StoresSegmentAsync();
        await cluster.Log.HasNoHoleAsync();
        cluster.Log.Gaps().ShouldBeEmpty();
    }

    [Fact]
    public async Task Client_older_than_the_server_is_refused_with_one_sentence()
    {
        await using var cluster = await BackedUpCluster.StartAsync(app);
        var programs = Directory.CreateDirectory(Path.Combine(cluster.Folder, "old"));
        var program = Path.Combine(programs.FullName, "pg_receivewal");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho asked >>\"$0.asked\"\necho 'pg_receivewal (PostgreSQL) 9.6.24'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var worker = cluster.StartReceiving(("PG_BIN", programs.FullName));
        await Eventually.BecomesTrueAsync("it tries again", Soon, () => Task.FromResult(File.Exists($"{program}.asked") && File.ReadAllLines($"{program}.asked").Length > 1));
        var run = await worker.StopAsync();
        run.Output.ShouldContain($"pg_receivewal 9.6.24 ({program}) is older than the server");
        (await cluster.Server.QueryAsync<long>("SELECT count(*) FROM pg_replication_slots")).ShouldBe(0);
    }

    internal static async Task WriteSegmentsAsync(BackedUpCluster cluster, int segments)
    {
        for (var n = 0; n < segments; n++)
        {
            await cluster.Server.ExecuteAsync("CREATE TABLE IF NOT EXISTS written (n int); INSERT INTO written SELECT generate_series(1, 1000); SELECT pg_switch_wal()");
        }
    }
}
