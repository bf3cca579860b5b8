using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// Deletes one batch of one tenant's rows, under that tenant's <c>app.tenant_id</c>: row-level security stays on, a mistake
/// here cannot reach another tenant.
/// </summary>
public sealed class TokenBatches(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource database,
    IOptions<TokenCleanupOptions> options)
{
    // A used token of a living family stays: its reuse must be recognised until it expires.
    private const string Tokens = """
        DELETE FROM refresh_tokens WHERE id IN (
            SELECT t.id FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id AND s.tenant_id = t.tenant_id
            WHERE t.expires_at <= now() OR s.revoked_at <= now()
            LIMIT $1)
        """;

    private const string Sessions = """
        DELETE FROM sessions WHERE id IN (
            SELECT s.id FROM sessions s
            WHERE (s.expires_at <= now() - $2 OR s.revoked_at <= now() - $2)
                AND NOT EXISTS (SELECT FROM refresh_tokens t WHERE t.tenant_id = s.tenant_id AND t.session_id = s.id)
            LIMIT $1)
        """;

    private readonly TokenCleanupOptions settings = options.Value;

    /// <summary>Refresh tokens that expired or whose session is revoked; returns how many were deleted.</summary>
    public Task<int> DeleteTokensAsync(Guid tenant, CancellationToken cancellationToken) =>
        DeleteAsync(tenant, new NpgsqlBatchCommand(Tokens) { Parameters = { new() { Value = settings.BatchSize } } }, cancellationToken);

    /// <summary>Sessions past their retention that have no token left; returns how many were deleted.</summary>
    public Task<int> DeleteSessionsAsync(Guid tenant, CancellationToken cancellationToken) =>
        DeleteAsync(
            tenant,
            new NpgsqlBatchCommand(Sessions)
            {
                Parameters = { new() { Value = settings.BatchSize }, new() { Value = settings.SessionRetention } },
            },
            cancellationToken);

    private async Task<int> DeleteAsync(Guid tenant, NpgsqlBatchCommand delete, CancellationToken cancellationToken)
    {
        // A batch is one round trip and one transaction, at whose end the setting is gone again.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT set_config('app.tenant_id', $1, true)")
        {
            Parameters = { new() { Value = tenant.ToString() } },
        });
        batch.BatchCommands.Add(delete);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return (int)delete.RecordsAffected;
    }
}
