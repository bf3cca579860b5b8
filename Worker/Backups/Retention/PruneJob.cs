using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>Deletes what no rule keeps, from the store and from its off-site copy, each by what is in it. Runs nightly and on demand.</summary>
public sealed class PruneJob(Pruning pruning, BackupCatalog catalog, IOptions<RetentionOptions> options) : ILeasedJob
{
    /// <summary>The one shard.</summary>
    public const string Shard = "store";

    public string Name => "prune";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var plan = await pruning.PlanAsync(catalog, stopping);
        await pruning.ApplyAsync(catalog, plan, () => run.ConfirmHeldAsync(stopping), stopping);
        run.Details["backups"] = plan.Backups.Count;
        run.Details["log"] = plan.Log.Count;
    }
}
