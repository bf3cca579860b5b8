using System.Text.Json;
using Npgsql;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.MigrationService.Placing;

/// <summary>The entry of a move in an audit trail: the tenant's, and the platform's where there is one.</summary>
internal static class MoveRecord
{
    private const string BeTenant = $"""
        SELECT set_config('{TenantCommandInterceptor.Setting}', $1::text, true);
        """;

    private const string Entry = """
        SELECT append_audit($1, 'tenant.moved', 'succeeded', 'system', NULL, 'tenant', $2::text, $3::jsonb, $4::jsonb, NULL, NULL, NULL, NULL)
        FROM tenants WHERE id = $5
        """;

    /// <summary>Appends it in the current transaction, as the administrator; nothing when the trail's tenant is not there.</summary>
    /// <param name="connection">In the transaction that ends the move.</param>
    /// <param name="trail">Whose trail.</param>
    /// <param name="tenantId">Who was moved.</param>
    /// <param name="from">From which database; <see langword="null"/> for home.</param>
    /// <param name="to">To which.</param>
    public static async Task AppendAsync(NpgsqlConnection connection, Guid trail, Guid tenantId, string? from, string? to)
    {
        await using (var tenant = new NpgsqlCommand(BeTenant, connection) { Parameters = { new() { Value = trail.ToString() } } })
        {
            await tenant.ExecuteNonQueryAsync();
        }

        await using var entry = new NpgsqlCommand(Entry, connection)
        {
            Parameters =
            {
                new() { Value = Guid.CreateVersion7() }, new() { Value = tenantId.ToString() }, new() { Value = Json(from) }, new() { Value = Json(to) }, new() { Value = trail },
            },
        };
        await entry.ExecuteNonQueryAsync();
    }

    private static string Json(string? database) => JsonSerializer.Serialize(new Dictionary<string, string?> { ["database"] = database });
}
