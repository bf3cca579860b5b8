using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>Brings the off-site copy up to date, every minute; without a second store it has nothing to do.</summary>
public sealed class MirrorJob(IObjectStore store, OffSiteStore offSite, StoreMirror mirror, IOptions<OffSiteOptions> options) : ILeasedJob
{
    /// <summary>Its name in <c>job_runs</c>, where the watch of the copy looks for it.</summary>
    public const string JobName = "off-site";

    /// <summary>The one shard.</summary>
    public const string Shard = "store";

    public string Name => JobName;

    public IReadOnlyList<string> Shards { get; } = offSite.Catalog is null ? [] : [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var status = await mirror.CopyAsync(store, offSite.Required, isOlder: false, () => run.ConfirmHeldAsync(stopping), stopping);
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
