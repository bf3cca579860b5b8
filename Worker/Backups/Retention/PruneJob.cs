using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.OffSite;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>Deletes what no rule keeps, from the store and from its off-site copy, each by what is in it. Runs nightly and on demand.</summary>
public sealed class PruneJob(Pruning pruning, BackupCatalog catalog, OffSiteStore offSite, IOptions<RetentionOptions> options) : ILeasedJob
{
    /// <summary>The one shard.</summary>
    public const string Shard = "store";

    public string Name => "prune";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var gone = await PruneAsync(catalog, run, stopping);
        run.Details["backups"] = gone.Backups.Count;
        run.Details["log"] = gone.Log.Count;
        if (offSite.Catalog is { } copy)
        {
            var there = await PruneAsync(copy, run, stopping);
            run.Details["offSiteBackups"] = there.Backups.Count;
            run.Details["offSiteLog"] = there.Log.Count;
        }
    }

    private async Task<RetentionPlan> PruneAsync(BackupCatalog of, LeasedRun run, CancellationToken stopping)
    {
        var plan = await pruning.PlanAsync(of, stopping);
        await pruning.ApplyAsync(of, plan, () => run.ConfirmHeldAsync(stopping), stopping);
        return plan;
    }
}
