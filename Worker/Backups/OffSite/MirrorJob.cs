using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>Brings the off-site copy up to date, every minute; without a second store it has nothing to do.</summary>
public sealed class MirrorJob(IObjectStore store, OffSiteStore offSite, StoreMirror mirror, MirrorMonitor monitor, IOptions<OffSiteOptions> options) : ILeasedJob
{
    /// <summary>The one shard.</summary>
    public const string Shard = "store";

    public string Name => "off-site";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        if (offSite.Catalog is not { } copy)
        {
            return;
        }

        var status = await mirror.CopyAsync(store, copy, isOlder: false, () => run.ConfirmHeldAsync(stopping), stopping);
        monitor.Last = status;
        run.Details["copied"] = status.Copied;
        run.Details["bytes"] = status.CopiedBytes;
        run.Details["behind"] = status.Behind;
        run.Details["behindSince"] = status.BehindSince;
        run.Details["extra"] = status.Extra;
        if (status.Problems.Count > 0)
        {
            run.Details["problems"] = new JsonArray([.. status.Problems.Take(20).Select(problem => JsonValue.Create(problem))]);
            throw new BackupProblemException($"{status.Behind} objects could not be copied off site; the first: {status.Problems[0]}");
        }
    }
}
