using Npgsql;
using ProductionReady.Data.Schema;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Gives a new database the partitions that the tenant's audit trail needs; else all of the past would be in the one for the rest.</summary>
internal static class AuditMonths
{
    public static async Task CreateAsync(TenantSide source, TenantSide target, CancellationToken cancellationToken)
    {
        var months = new List<DateOnly>();
        await using (var command = new NpgsqlCommand(
            $"SELECT DISTINCT date_trunc('month', occurred_at AT TIME ZONE 'UTC')::date FROM {AuditPartitions.Table} WHERE tenant_id = $1", source.Connection)
        {
            Parameters = { new() { Value = source.TenantId } },
        })
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                months.Add(row.GetFieldValue<DateOnly>(0));
            }
        }

        foreach (var month in months)
        {
            await using var create = new NpgsqlCommand("SELECT create_audit_partition($1)", target.Connection) { Parameters = { new() { Value = month } } };
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
