using Npgsql;
using ProductionReady.Api.Storage;

namespace ProductionReady.Api.ApiKeys;

/// <summary>Finds API keys in the database, by their hash and in one tenant.</summary>
public sealed class ApiKeyLookup(TenantDatabase database, TimeProvider time)
{
    private const string Find = """
        SELECT key.id, key.scopes, key.expires_at
        FROM api_keys AS key JOIN tenants AS tenant ON tenant.id = key.tenant_id AND tenant.state = 'active'
        WHERE key.tenant_id = $1 AND key.secret_hash = $2
            AND key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > clock_timestamp())
        """;

    /// <summary>The key, or null when it is unknown, expired, revoked, or its tenant not active: the same statement for all.</summary>
    public async Task<KnownApiKey?> FindAsync(Guid tenantId, byte[] hash, CancellationToken cancellationToken)
    {
        var askedAt = time.GetTimestamp();
        await using var connection = await database.OpenAsync(tenantId, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenantId, new NpgsqlBatchCommand(Find)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = tenantId }, new NpgsqlParameter<byte[]> { TypedValue = hash } },
        });
        await batch.PrepareAsync(cancellationToken);
        await using var row = await TenantDatabase.ReadAsync(batch, cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? KnownApiKey.Of(
                row.GetGuid(0),
                tenantId,
                row.GetFieldValue<string[]>(1),
                row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2),
                askedAt)
            : null;
    }
}
