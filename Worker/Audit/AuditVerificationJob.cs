using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Maintenance;
using Quartz;

namespace ProductionReady.Worker.Audit;

/// <summary>Verifies every tenant's audit trail. A run that found a broken one has failed, and is tried again like any.</summary>
public sealed class AuditVerificationJob(TenantWalk tenants, TenantGate gate, AuditCheck check, IOptions<AuditOptions> options) : ILeasedJob
{
    public string Name => "audit-verification";

    public IReadOnlyList<string> Shards { get; } = TenantShard.Names(options.Value.Shards);

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.VerificationSchedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var shard = TenantShard.Parse(run.Lease.Shard);
        long visited = 0, entries = 0;
        var broken = 0;
        var turns = new TenantTurns(gate);
        try
        {
            await foreach (var tenant in tenants.ListAsync(stopping))
            {
                if (shard.Holds(tenant))
                {
                    await turns.TakeAsync(tenant, () => VerifyAsync(tenant));
                }
            }
        }
        finally
        {
            run.Details["tenants"] = visited;
            run.Details["entries"] = entries;
            run.Details["broken"] = broken;
        }

        if (broken > 0)
        {
            throw new AuditBrokenException(broken);
        }

        turns.End();

        async Task VerifyAsync(Guid tenant)
        {
            var verification = await check.VerifyAsync(tenant, anchor: null, stopping);
            visited++;
            entries += verification.Entries;
            broken += verification.Break is null ? 0 : 1;
        }
    }
}
