using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>What is asked for.</summary>
/// <param name="To">The moment, as the operator gave it, or how the recovered server came to be.</param>
/// <param name="RequestId">The request of a platform administrator that it fulfils, if it does.</param>
public sealed record RestoreOrder(string To, Guid? RequestId = null);

/// <summary>What is left written of a restore of one tenant.</summary>
internal static class RestoreRecord
{
    private const string Entry = """
        SELECT append_audit($1, 'tenant.restored', 'succeeded', 'system', NULL, 'tenant', $2::text, NULL, $3, NULL, NULL, NULL, NULL) FROM tenants WHERE id = $4
        """;

    private const string Applied = "UPDATE operation_requests SET state = 'applied', finished_at = now() WHERE id = $1 AND state = 'succeeded'";

    /// <summary>Appends the entry to a trail, as the administrator; nothing when the trail's tenant is not there.</summary>
    public static async Task AppendAsync(NpgsqlConnection connection, Guid trail, Guid tenantId, RestoreOrder order, IReadOnlyList<TableDifference> done)
    {
        await connection.RunAsync($"SELECT set_config('{TenantCommandInterceptor.Setting}', $1, true)", CancellationToken.None, trail.ToString());
        await using var entry = new NpgsqlCommand(Entry, connection)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() }, new() { Value = tenantId.ToString() },
                new() { Value = JsonSerializer.Serialize(Shown(order, done), JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = trail },
            },
        };
        await entry.ExecuteNonQueryAsync();
    }

    /// <summary>What is recorded at home: the platform's trail, and the request that was fulfilled.</summary>
    /// <exception cref="BackupProblemException">The request was applied meanwhile.</exception>
    public static async Task ConcludeAsync(NpgsqlConnection home, Guid tenantId, RestoreOrder order, IReadOnlyList<TableDifference> done)
    {
        if (order.RequestId is { } request && await home.RunAsync(Applied, CancellationToken.None, request) == 0)
        {
            throw new BackupProblemException($"Request {request} was applied already; nothing was changed.");
        }

        await AppendAsync(home, PlatformTenant.Id, tenantId, order, done);
    }

    private static object Shown(RestoreOrder order, IReadOnlyList<TableDifference> done) => new
    {
        order.To,
        order.RequestId,
        rows = done.Where(table => !table.IsNone).ToDictionary(table => table.Table, table => new { table.Add, table.Change, table.Delete }),
    };
}
