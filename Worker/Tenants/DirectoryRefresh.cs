using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Maintenance;
using Quartz;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Copies what the directory at home shows of the tenants that live elsewhere. The Api does so after each change; this makes up for a
/// process that died before it came to it.
/// </summary>
public sealed class DirectoryRefresh(TenantGate gate, DirectoryMirror mirror, IOptions<DirectoryOptions> options) : ILeasedJob
{
    /// <summary>The one shard: few tenants live elsewhere.</summary>
    public const string Shard = "tenants";

    public string Name => "tenant-directory";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.Schedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var away = await gate.ListAwayAsync(stopping);
        var turns = new TenantTurns(gate);
        foreach (var tenant in away)
        {
            await turns.TakeAsync(tenant, () => CopyAsync(tenant, stopping));
        }

        run.Details["tenants"] = away.Count;
        turns.End();
    }

    private async Task CopyAsync(Guid tenant, CancellationToken stopping)
    {
        await gate.EnterAsync(tenant, stopping);
        try
        {
            await mirror.CopyAsync(tenant, stopping);
        }
        finally
        {
            gate.Leave(tenant);
        }
    }
}

/// <summary>When the directory is copied; section <c>Tenants:Directory</c>.</summary>
public sealed class DirectoryOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Tenants:Directory";

    /// <summary>Quartz cron expression, UTC; by default every minute.</summary>
    [CronSchedule]
    public string Schedule { get; set; } = "0 * * * * ?";
}
