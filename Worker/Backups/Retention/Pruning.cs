using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>Plans what goes from a store, and deletes it.</summary>
public sealed partial class Pruning(IOptions<RetentionOptions> rules, TimeProvider clock, ILogger<Pruning> logger)
{
    /// <summary>Plans; deletes nothing.</summary>
    public async Task<RetentionPlan> PlanAsync(BackupCatalog catalog, CancellationToken cancellationToken)
    {
        // The log first: what is stored after it was listed is never in the plan, whichever base backup comes to need it.
        var log = new List<StoredObject>();
        await foreach (var stored in catalog.Store.ListAsync(WalObject.Prefix, cancellationToken))
        {
            log.Add(stored);
        }

        return RetentionPlan.Make(await catalog.ListAsync(kind: null, cancellationToken), log, await catalog.ProblemsAsync(cancellationToken), rules.Value, clock.GetUtcNow());
    }

    /// <summary>Deletes what a plan says: backups first, so that none is there without its log.</summary>
    /// <param name="catalog">Of the store that the plan is of.</param>
    /// <param name="plan">What goes.</param>
    /// <param name="confirm">Asked before each backup and now and then; throws when another has the lease.</param>
    /// <param name="cancellationToken">Stops between two objects.</param>
    public async Task ApplyAsync(BackupCatalog catalog, RetentionPlan plan, Func<Task> confirm, CancellationToken cancellationToken)
    {
        foreach (var backup in plan.Backups)
        {
            await confirm();
            await catalog.DeleteAsync(backup, cancellationToken);
            LogBackupGone(backup.Backup.Id, catalog.Store.Location);
        }

        foreach (var some in plan.Log.Chunk(100))
        {
            await confirm();
            foreach (var (stored, _) in some)
            {
                await catalog.Store.DeleteAsync(stored.Name, cancellationToken);
            }
        }

        if (plan.Log.Count > 0)
        {
            LogLogGone(plan.Log.Count, catalog.Store.Location);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Id} deleted from {Store}: no rule keeps it.")]
    private partial void LogBackupGone(string id, string store);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} objects of the write-ahead log deleted from {Store}: no kept backup needs them.")]
    private partial void LogLogGone(int count, string store);
}
