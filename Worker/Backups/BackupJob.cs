using Microsoft.Extensions.Options;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups;

/// <summary>The nightly backup: made, read back, and old ones deleted. The same job runs on demand.</summary>
public sealed partial class BackupJob(
    BackupCreator creator,
    BackupVerifier verifier,
    BackupCatalog catalog,
    BackupFolder folder,
    TimeProvider clock,
    IOptions<BackupOptions> options,
    ILogger<BackupJob> logger) : ILeasedJob
{
    /// <summary>The one shard: a dump is of the whole database.</summary>
    public const string Shard = "database";

    /// <summary>The detail of a run that names the backup it made.</summary>
    public const string BackupIdDetail = "backupId";

    public string Name => "backup";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var manifest = await creator.CreateAsync(run, stopping);
        run.Details[BackupIdDetail] = manifest.Id;
        run.Details["bytes"] = manifest.Size;
        run.Details["rows"] = manifest.Rows;
        run.Details["sha256"] = manifest.Sha256;

        var check = await verifier.VerifyAsync(manifest, stopping);
        if (!check.Passed)
        {
            throw new BackupProblemException(check.Problems[0]);
        }

        await run.ConfirmHeldAsync(stopping);
        var expired = BackupRetention.Expired(catalog.List(), clock.GetUtcNow(), TimeSpan.FromDays(options.Value.KeepDays));
        foreach (var backup in expired)
        {
            folder.Delete(backup.Manifest.Id);
            LogExpired(backup.Manifest.Id, options.Value.KeepDays);
        }

        run.Details["expired"] = expired.Count;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Id} deleted: older than {KeepDays} days.")]
    private partial void LogExpired(string id, int keepDays);
}
