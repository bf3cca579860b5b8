using System.Runtime.Versioning;

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

    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        using var process = worker.Start(
            arguments,
            ("Backups__Store__Kind", "s3"), ("Backups__Store__S3__Bucket", FaultyS3.Bucket), ("Backups__Store__S3__ServiceUrl", _service.Url),
            ("Backups__Store__S3__AccessKey", FaultyS3.AccessKey), ("Backups__Store__S3__SecretKey", "secret"));
        var run = await process.ExitAsync();
        run.ExitCode.ShouldBe(exitCode, run.Output);
        return run.Output;
    }
}
