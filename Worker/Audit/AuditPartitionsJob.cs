using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ProductionReady.Data.Placement;
using ProductionReady.Worker.Leases;
using ProductionReady.Worker.Maintenance;
using Quartz;

namespace ProductionReady.Worker.Audit;

/// <summary>Makes the audit trail's partitions of this month and the coming ones in each database, by its clock.</summary>
public sealed class AuditPartitionsJob(TenantGate gate, IOptions<AuditOptions> options) : ILeasedJob
{
    private const string Create = """
        SELECT month::date, create_audit_partition(month::date)
        FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'), date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => $1), interval '1 month') AS month
        """;

    /// <summary>The one shard: the table is every tenant's.</summary>
    public const string Shard = "table";

    public string Name => "audit-partitions";

    public IReadOnlyList<string> Shards { get; } = [Shard];

    public CronExpression Schedule { get; } = CronScheduleAttribute.Parse(options.Value.PartitionSchedule);

    public async Task RunAsync(LeasedRun run, CancellationToken stopping)
    {
        var made = new JsonArray();
        var turns = new TenantTurns(gate);
        foreach (var database in await gate.ListAsync(stopping))
        {
            await turns.TakeAsync(database, () => CreateAsync(database, made, stopping));
        }

        run.Details["made"] = made;
        turns.End();
    }

    private async Task CreateAsync(TenantPool database, JsonArray made, CancellationToken stopping)
    {
        await using var command = database.Sessions.CreateCommand(Create);
        command.Parameters.AddWithValue(options.Value.MonthsAhead);
        await using var month = await command.ExecuteReaderAsync(stopping);
        while (await month.ReadAsync(stopping))
        {
            if (month.GetBoolean(1))
            {
                made.Add(month.GetFieldValue<DateOnly>(0).ToString("yyyy-MM", null) + (database.Database is { } own ? $" in {own}" : ""));
            }
        }
    }
}
