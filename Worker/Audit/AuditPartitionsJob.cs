using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Leases;
using Quartz;

namespace ProductionReady.Worker.Audit;

/// <summary>Makes the audit trail's partitions of this month and the coming ones, by the database's clock.</summary>
public sealed class AuditPartitionsJob(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database, IOptions<AuditOptions> options) : ILeasedJob
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
        await using var command = database.CreateCommand(Create);
        command.Parameters.AddWithValue(options.Value.MonthsAhead);
        await using var month = await command.ExecuteReaderAsync(stopping);
        while (await month.ReadAsync(stopping))
        {
            if (month.GetBoolean(1))
            {
                made.Add(month.GetFieldValue<DateOnly>(0).ToString("yyyy-MM", null));
            }
        }

        run.Details["made"] = made;
    }
}
