using System.Text.Json;
using Npgsql;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Operators;

/// <summary>
/// Shuts tenants that were erased and that a restored backup has brought back, before any service starts: the tombstones are in
/// <c>Backups:Folder</c>, which a restore of the database leaves as it is. The Worker then erases the tenants again.
/// </summary>
internal sealed class BuriedTenants(IConfiguration configuration, ILogger<BuriedTenants> logger)
{
    private const string Shut = """
        UPDATE tenants SET state = 'closing', suspended_reason = NULL, closing_at = coalesce(closing_at, now()), erase_after = least(erase_after, now()), updated_at = now()
        WHERE id = $1 AND (state <> 'closing' OR erase_after > now())
        """;

    private const string EndSessions = """
        WITH ended AS (
            UPDATE sessions SET revoked_at = now(), revoked_reason = 'tenant_closed' WHERE tenant_id = $1 AND revoked_at IS NULL RETURNING id)
        INSERT INTO revocations (id, subject, below_version, until)
        SELECT gen_random_uuid(), subject, 9223372036854775807, now() + interval '70 minutes'
        FROM (SELECT id FROM ended UNION ALL SELECT $1) AS subjects (subject)
        """;

    private const string Note = """
        INSERT INTO tombstones (id, slug_hash, due_at, started_at, rows_before) VALUES ($1, $2, $3, $4, $5::text::jsonb) ON CONFLICT (id) DO NOTHING
        """;

    /// <summary>Does it, when the folder is configured.</summary>
    public async Task ShutAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (configuration["Backups:Folder"] is not { Length: > 0 } folder)
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Fails instead of passing over tenants when this user may not see them all.
        await connection.ExecuteAsync("SET LOCAL row_security = off", cancellationToken);
        foreach (var tenantId in TombstoneFile.Tenants(folder))
        {
            var tombstone = TombstoneFile.Read(folder, tenantId)!;
            if (await ExecuteAsync(connection, Shut, cancellationToken, tenantId) > 0)
            {
                await ExecuteAsync(connection, EndSessions, cancellationToken, tenantId);
                await ExecuteAsync(
                    connection, Note, cancellationToken,
                    tenantId, Convert.FromHexString(tombstone.SlugHash), tombstone.DueAt, tombstone.StartedAt, JsonSerializer.Serialize(tombstone.RowsBefore));
                logger.WasErased(tenantId);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
