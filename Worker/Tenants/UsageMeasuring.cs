using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Maintenance;
using Quartz;

namespace ProductionReady.Worker.Tenants;

/// <summary>
/// Measures what each tenant uses. Rows are counted; their bytes are the count times the mean size of some of them, so that a million
/// rows are not all read. Indexes are not counted: they are ours.
/// </summary>
public sealed class UsageMeasuring : ILeasedJob
{
    private const int Sample = 2000;

    private readonly TenantWalk tenants;
    private readonly TenantGate gate;
    private readonly DirectoryMirror mirror;
    private readonly string measure;

    /// <summary>Reads the tables from the model.</summary>
    public UsageMeasuring(
        TenantWalk tenants, TenantGate gate, DirectoryMirror mirror, IServiceScopeFactory scopes, IOptions<UsageOptions> options)
    {
        (this.tenants, this.gate, this.mirror) = (tenants, gate, mirror);
        Shards = TenantShard.Names(options.Value.Shards);
        Schedule = CronScheduleAttribute.Parse(options.Value.Schedule);
        using var scope = scopes.CreateScope();
        var tables = TenantTables.InDeletionOrder(scope.ServiceProvider.GetRequiredService<AppDbContext>().Model);
        measure = $"""
            WITH sizes AS ({string.Join(" UNION ALL ", tables.Select(SizeOf))})
            INSERT INTO tenant_usage (tenant_id, users, contacts, storage_bytes, sign_ins_a_day, sign_ins_a_month, measured_at)
            SELECT id, (SELECT count(*) FROM users u WHERE u.tenant_id = $1 AND u.state = 'active'), (SELECT rows FROM sizes WHERE name = 'contacts'),
                (SELECT sum(bytes) FROM sizes)::bigint,
                (SELECT count(*) FROM sessions s WHERE s.tenant_id = $1 AND s.created_at > now() - interval '24 hours'),
                (SELECT count(*) FROM sessions s WHERE s.tenant_id = $1 AND s.created_at > now() - interval '30 days'),
                now()
            FROM tenants WHERE id = $1
            ON CONFLICT (tenant_id) DO UPDATE SET users = excluded.users, contacts = excluded.contacts, storage_bytes = excluded.storage_bytes,
                sign_ins_a_day = excluded.sign_ins_a_day, sign_ins_a_month = excluded.sign_ins_a_month, measured_at = excluded.measured_at
            """;
    }

    public string Name => "tenant-usage";

    public IReadOnlyList<string> Shards { get; }

    public CronExpression Schedule { get; }

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var shard = TenantShard.Parse(run.Lease.Shard);
        var measured = 0;
        var turns = new TenantTurns(gate);
        await foreach (var tenant in tenants.ListAsync(stopping))
        {
            if (shard.Holds(tenant))
            {
                await turns.TakeAsync(tenant, () => MeasureAsync(tenant, stopping));
                measured++;
            }
        }

        run.Details["tenants"] = measured;
        turns.End();
    }

    private async Task MeasureAsync(Guid tenant, CancellationToken stopping)
    {
        await using var session = await TenantSession.OpenAsync(gate, tenant, stopping);
        try
        {
            await session.ExecuteAsync(measure, stopping, tenant);
            await mirror.RefreshAsync(tenant);
        }
        catch (PostgresException gone) when (gone.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // Erased at this moment: there is nothing to measure any more.
        }
    }

    private static string SizeOf(string table) => $"""
        SELECT '{table}' AS name, count(*) AS rows, count(*) * coalesce(
            (SELECT avg(pg_column_size(sample)) FROM (SELECT * FROM {table} WHERE tenant_id = $1 LIMIT {Sample}) AS sample), 0) AS bytes
        FROM {table} WHERE tenant_id = $1
        """;
}
