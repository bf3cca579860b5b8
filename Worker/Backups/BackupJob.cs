using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// The nightly backup: of the shared database and of each in which a single tenant lives, made, read back, and old ones deleted. The same
/// job runs on demand.
/// </summary>
public sealed partial class BackupJob(
    TenantGate gate,
    BackupCreator creator,
    BackupVerifier verifier,
    BackupCatalog catalog,
    BackupFolder folder,
    TimeProvider clock,
    IOptions<BackupOptions> options,
    ILogger<BackupJob> logger) : ILeasedJob
{
    /// <summary>The one shard: a dump is of a whole database.</summary>
    public const string Shard = "database";

    /// <summary>The detail of a run that names the backup it made.</summary>
    public const string BackupIdDetail = "backupId";

    /// <summary>The detail that names the backups of single tenants' databases.</summary>
    public const string OwnBackupIdsDetail = "ownBackupIds";

    public string Name => "backup";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var before = await PlacementsAsync(stopping);
        var manifest = await BackUpAsync(run, null, stopping);
        run.Details[BackupIdDetail] = manifest.Id;
        run.Details["bytes"] = manifest.Size;
        run.Details["rows"] = manifest.Rows;
        run.Details["sha256"] = manifest.Sha256;
        List<string> own = [.. (await gate.ListAsync(stopping)).Select(pool => pool.Database).OfType<string>()];
        var ownIds = new JsonArray();
        run.Details[OwnBackupIdsDetail] = ownIds;
        foreach (var database in own)
        {
            ownIds.Add((await BackUpAsync(run, database, stopping)).Id);
        }

        // Of a tenant that moved from a database that was still to be dumped into one that was dumped before, there would be no backup.
        if (await PlacementsAsync(stopping) != before)
        {
            throw new BackupProblemException("A tenant was moved to another database meanwhile; the backup is made again.");
        }

        await run.ConfirmHeldAsync(stopping);
        var expired = BackupRetention.Expired(catalog.List(), own, clock.GetUtcNow(), TimeSpan.FromDays(options.Value.KeepDays));
        foreach (var backup in expired)
        {
            folder.Delete(backup.Manifest.Id);
            LogExpired(backup.Manifest.Id, options.Value.KeepDays);
        }

        run.Details["expired"] = expired.Count;
    }

    private async Task<BackupManifest> BackUpAsync(LeasedRun run, string? own, CancellationToken stopping)
    {
        var manifest = await creator.CreateAsync(run, own, stopping);
        var check = await verifier.VerifyAsync(manifest, stopping);
        return check.Passed ? manifest : throw new BackupProblemException(check.Problems[0]);
    }

    /// <summary>Grows with each change of where a tenant lives.</summary>
    private async Task<long> PlacementsAsync(CancellationToken stopping)
    {
        await using var command = gate.Home.Sessions.CreateCommand("SELECT coalesce(max(epoch), 0)::bigint FROM tenant_placements");
        return (long)(await command.ExecuteScalarAsync(stopping))!;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Id} deleted: older than {KeepDays} days.")]
    private partial void LogExpired(string id, int keepDays);
}
