using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Store;

/// <summary>The Worker with its store in a service that speaks S3.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class S3BackupTests(WorkerFixture worker) : IClassFixture<WorkerFixture>, IAsyncLifetime
{
    private FaultyS3 _service = null!;

    public async ValueTask InitializeAsync() => _service = await FaultyS3.StartAsync();

    public async ValueTask DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Dump_is_made_verified_restored_and_found_damaged_in_a_bucket()
    {
        await RunAsync(0, "backup", "dump");
        await RunAsync(0, "backup", "verify", "--all");
        await RunAsync(0, "backup", "test-restore", "latest");
        var dump = _service.Objects.Single(stored => stored.Key.EndsWith(".age", StringComparison.Ordinal));
        dump.Value.Content[dump.Value.Content.Length / 2] ^= 1;
        (await RunAsync(1, "backup", "verify", "--all")).ShouldContain($"{dump.Key} is damaged");
        (await RunAsync(1, "backup", "test-restore", "latest")).ShouldContain($"{dump.Key} is damaged");
        Directory.Exists(worker.StoreFolder).ShouldBeFalse();
    }

    [Fact]
    public async Task Dump_that_the_service_loses_is_no_backup()
    {
        _service.LosesUploads = true;
        (await RunAsync(1, "backup", "dump")).ShouldContain("could not be stored in the bucket");
        (await RunAsync(0, "backup", "list")).Trim().Split('\n').Length.ShouldBe(1, "the heading alone");
    }

    [Fact]
    public async Task Worker_killed_while_it_uploads_leaves_no_backup_and_the_next_one_clears_up()
    {
        _service.UploadsHeld = new TaskCompletionSource();
        using (var killed = worker.Start(["backup", "dump"], Settings))
        {
            await Eventually.BecomesTrueAsync("it uploads", TimeSpan.FromSeconds(60), () => Task.FromResult(_service.UploadsWaiting > 0));
            killed.Kill();
        }

        // The service stores what it got of a client that is no more.
        _service.UploadsHeld.SetResult();
        _service.UploadsHeld = null;
        await Eventually.BecomesTrueAsync("it is stored", TimeSpan.FromSeconds(60), () => Task.FromResult(!_service.Objects.IsEmpty));
        _service.Objects.Keys.ShouldNotContain(key => key.EndsWith(".json", StringComparison.Ordinal));
        (await RunAsync(0, "backup", "list")).Trim().Split('\n').Length.ShouldBe(1, "the heading alone");

        await worker.ExecuteAsync("UPDATE job_leases SET leased_until = now() WHERE job = 'dump'");
        (await RunAsync(0, "backup", "dump")).ShouldContain("Removed what an unfinished dump had left");
        _service.Objects.Keys.Count(key => key.StartsWith("dump/", StringComparison.Ordinal)).ShouldBe(2);
        await RunAsync(0, "backup", "verify", "--all");
    }

    [Fact]
    public async Task Worker_names_each_setting_that_a_bucket_lacks()
    {
        using var process = worker.Start([], ("Backups__Store__Kind", "s3"), ("Backups__Store__S3__ServiceUrl", "nonsense"), ("Backups__OffSite__Kind", "folder"));
        var run = await process.ExitAsync();
        run.ExitCode.ShouldBe(78, run.Output);
        foreach (var key in (string[])["Backups:Store:S3:Bucket", "Backups:Store:S3:AccessKey", "Backups:Store:S3:SecretKey", "Backups:Store:S3:ServiceUrl", "Backups:OffSite:Folder"])
        {
            run.Output.ShouldContain(key);
        }
    }

    private (string Key, string Value)[] Settings =>
    [
        ("Backups__Store__Kind", "s3"), ("Backups__Store__S3__Bucket", FaultyS3.Bucket), ("Backups__Store__S3__ServiceUrl", _service.Url),
        ("Backups__Store__S3__AccessKey", FaultyS3.AccessKey), ("Backups__Store__S3__SecretKey", "secret"),
    ];

    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        using var process = worker.Start(arguments, Settings);
        var run = await process.ExitAsync();
        run.ExitCode.ShouldBe(exitCode, run.Output);
        return run.Output;
    }
}
