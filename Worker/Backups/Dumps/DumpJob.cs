using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>The weekly dump: of the shared database and of each in which a single tenant lives. The same job runs on demand.</summary>
public sealed partial class DumpJob(
    TenantGate gate, DumpCreator creator, BackupCatalog catalog, IOptions<DumpOptions> options, ILogger<DumpJob> logger) : ILeasedJob
{
    /// <summary>The one shard: a dump is of whole databases.</summary>
    public const string Shard = "databases";

    /// <summary>The detail of a run that names the backup it made.</summary>
    public const string BackupIdDetail = "backupId";

    public string Name => "dump";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        if (await catalog.SweepAsync(StoredBackupKind.Dump, stopping) is { Count: > 0 } leftovers)
        {
            LogSwept(string.Join(", ", leftovers));
        }

        var before = await PlacementsAsync(stopping);
        IReadOnlyList<string> own = [.. (await gate.ListAsync(stopping)).Select(pool => pool.Database).OfType<string>()];
        var backup = await creator.CreateAsync(own, ConfirmAsync, stopping);
        run.Details[BackupIdDetail] = backup.Backup.Id;
        run.Details["bytes"] = backup.Backup.Size;
        run.Details["rows"] = backup.Backup.Ledgers.SelectMany(ledger => ledger.Tables).Sum(table => table.Rows);
        run.Details["databases"] = backup.Backup.Objects.Count;

        async Task ConfirmAsync()
        {
            // Of a tenant that moved from a database that was still to be dumped into one that was dumped before, there would be no backup.
            if (await PlacementsAsync(stopping) != before)
            {
                throw new BackupProblemException("A tenant was moved to another database meanwhile; the backup is made again.");
            }

            await run.ConfirmHeldAsync(stopping);
        }
    }

    /// <summary>Grows with each change of where a tenant lives.</summary>
    private async Task<long> PlacementsAsync(CancellationToken stopping)
    {
        await using var command = gate.Home.Sessions.CreateCommand("SELECT coalesce(max(epoch), 0)::bigint FROM tenant_placements");
        return (long)(await command.ExecuteScalarAsync(stopping))!;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed what an unfinished dump had left: {Objects}")]
    private partial void LogSwept(string objects);
}
