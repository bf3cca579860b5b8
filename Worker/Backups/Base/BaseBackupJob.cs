using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>The daily base backup of the whole cluster. The same job runs on demand.</summary>
public sealed class BaseBackupJob(BaseBackupCreator creator, IOptions<BackupOptions> options) : ILeasedJob
{
    /// <summary>The one shard: a base backup is of everything.</summary>
    public const string Shard = "cluster";

    /// <summary>The detail of a run that names the backup it made.</summary>
    public const string BackupIdDetail = "backupId";

    /// <inheritdoc/>
    public string Name => "base-backup";

    /// <inheritdoc/>
    public IReadOnlyList<string> Shards { get; } = [Shard];

    /// <inheritdoc/>
    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    /// <summary>The backup that the last run of this process made.</summary>
    public StoredBackup? Made { get; private set; }

    /// <inheritdoc/>
    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        Made = null;
        var backup = await creator.CreateAsync(run, stopping);
        run.Details[BackupIdDetail] = backup.Id;
        run.Details["bytes"] = backup.Size;
        run.Details["rows"] = backup.Ledgers.Sum(ledger => ledger.Tables.Sum(table => table.Rows));
        run.Details["consistentAt"] = backup.Wal!.StopLsn;
        Made = backup;
    }
}
