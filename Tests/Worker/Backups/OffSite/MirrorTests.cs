using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.OffSite;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;
using ProductionReady.Worker.Operations.Readings;

namespace ProductionReady.Tests.Worker.Backups.OffSite;

/// <summary>A store in a folder and its copy in a service that speaks S3.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MirrorTests(WorkerFixture worker) : IClassFixture<WorkerFixture>, IAsyncLifetime
{
    private FaultyS3 _service = null!;
    private MadeUpStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await FaultyS3.StartAsync();
        if (Directory.Exists(worker.StoreFolder))
        {
            Directory.Delete(worker.StoreFolder, recursive: true);
        }

        _store = new MadeUpStore(worker.StoreFolder);
        _store.AddBase(DateTimeOffset.UtcNow.AddDays(-1), 3, 4);
        _store.AddLog(3, 8);
        _store.AddLog(new WalObject(MadeUpStore.SystemId, WalObjectKind.Partial, MadeUpStore.Segment(9), Reach: 100));
    }

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Copy_has_all_that_the_store_has_and_outlives_it()
    {
        (await RunAsync("backup", "verify", "--all")).ShouldContain("all whole");
        (await RunAsync("backup", "mirror")).ShouldContain("Copied: 10 objects");
        Copied().ShouldBe(Stored(), ignoreOrder: true);
        (await RunAsync("backup", "verify", "--all", "--off-site")).ShouldContain("all whole, nothing missing");

        // More of the same segment takes the place of what there was of it.
        _store.AddLog(new WalObject(MadeUpStore.SystemId, WalObjectKind.Partial, MadeUpStore.Segment(9), Reach: 200));
        (await RunAsync("backup", "mirror")).ShouldContain("Copied: 1 objects");
        Copied().Count(key => key.Contains("partial", StringComparison.Ordinal)).ShouldBe(1);

        // The store is lost; its copy is not emptied with it, and fills it again.
        Directory.Delete(worker.StoreFolder, recursive: true);
        (await RunAsync("backup", "mirror")).ShouldContain("Copied: 0 objects");
        var before = Copied();
        before.Count.ShouldBe(10);
        (await RunAsync("backup", "mirror", "--back")).ShouldContain("Copied back: 10 objects");
        Stored().ShouldBe(before, ignoreOrder: true);
        (await RunAsync("backup", "verify", "--all")).ShouldContain("all whole, nothing missing");
    }

    [Fact]
    public async Task Damaged_object_is_not_copied_and_the_lag_is_recorded()
    {
        var damaged = _store.Files.Single($"wal/{MadeUpStore.SystemId}/{MadeUpStore.Segment(5)}");
        StoreFiles.FlipByte(damaged);
        (await RunAsync(1, "backup", "mirror")).ShouldContain($"{_store.Files.KeyOf(damaged)} is damaged in the folder");
        Copied().ShouldNotContain(_store.Files.KeyOf(damaged));
        Copied().Count.ShouldBe(Stored().Count - 1);
        (await worker.QueryAsync<bool>("SELECT details ->> 'behind' = '1' AND details ->> 'behindSince' IS NOT NULL FROM job_runs WHERE job = 'off-site' ORDER BY started_at DESC LIMIT 1")).ShouldBeTrue();
    }

    [Fact]
    public async Task Copy_that_cannot_be_reached_fails_the_run_and_catches_up_later()
    {
        _service.IsBroken = true;
        (await RunAsync(1, "backup", "mirror")).ShouldContain("could not be listed");
        (await LagAsync()).ShouldNotBeNull("nothing was copied since the first attempt");
        _service.IsBroken = false;
        await RunAsync("backup", "mirror");
        Copied().ShouldBe(Stored(), ignoreOrder: true);
        await worker.ExecuteAsync("UPDATE job_runs SET started_at = started_at - interval '20 minutes' WHERE job = 'off-site'");
        (await LagAsync())!.Lag.TotalMinutes.ShouldBeInRange(20, 25, "it counts from the last time that both were compared");
    }

    private async Task<OffSiteReading?> LagAsync()
    {
        await using var database = NpgsqlDataSource.Create(worker.WorkerConnectionString);
        using var store = new FolderStore(worker.StoreFolder);
        using var offSite = new OffSiteStore(new BackupCatalog(store, TimeProvider.System, NullLogger<BackupCatalog>.Instance));
        return await new OffSiteWatch(database, offSite).LookAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Worker_killed_while_it_copies_leaves_a_copy_without_backups_and_the_next_one_goes_on()
    {
        _service.UploadsHeld = new TaskCompletionSource();
        using (var killed = worker.Start(["backup", "mirror"], Settings))
        {
            await Eventually.BecomesTrueAsync("it copies", TimeSpan.FromSeconds(60), () => Task.FromResult(_service.UploadsWaiting > 0));
            killed.Kill();
        }

        _service.UploadsHeld.SetResult();
        _service.UploadsHeld = null;
        Copied().ShouldNotContain(key => key.EndsWith(".json", StringComparison.Ordinal));
        await worker.ExecuteAsync("UPDATE job_leases SET leased_until = now() WHERE job = 'off-site'");
        await RunAsync("backup", "mirror");
        Copied().ShouldBe(Stored(), ignoreOrder: true);
        (await RunAsync("backup", "verify", "--all", "--off-site")).ShouldContain("all whole");
    }

    private List<string> Stored() => [.. _store.Files.All().Select(_store.Files.KeyOf).Where(key => !key.StartsWith("catalog.", StringComparison.Ordinal))];

    private List<string> Copied() => [.. _service.Objects.Keys.Where(key => !key.StartsWith("catalog.", StringComparison.Ordinal))];

    private Task<string> RunAsync(params string[] arguments) => RunAsync(0, arguments);

    private (string Key, string Value)[] Settings =>
    [
        ("Backups__OffSite__Kind", "s3"), ("Backups__OffSite__S3__Bucket", FaultyS3.Bucket), ("Backups__OffSite__S3__ServiceUrl", _service.Url),
        ("Backups__OffSite__S3__AccessKey", FaultyS3.AccessKey), ("Backups__OffSite__S3__SecretKey", "secret"),
    ];

    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        using var process = worker.Start(arguments, Settings);
        var run = await process.ExitAsync();
        run.ExitCode.ShouldBe(exitCode, run.Output);
        return run.Output;
    }
}
