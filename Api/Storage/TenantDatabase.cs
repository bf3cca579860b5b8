using Npgsql;
using ProductionReady.Data.Placement;

namespace ProductionReady.Api.Storage;

/// <summary>
/// Connections for SQL of our own. It is written by hand where EF Core's cost per request is a good part of
/// the whole (reading and creating one contact) and where EF Core has no words for it (keyset pages, merging a batch).
/// Single statements have a pool of their own. What they set ends with them, so nothing needs to be reset between two
/// users of a connection; measured, the reset costs a read by key a third of its work here and in PostgreSQL.
/// </summary>
/// <param name="gate">Knows where tenants live.</param>
public sealed class TenantDatabase(TenantGate gate)
{
    // Local: the setting ends with the batch's own implicit transaction, so it cannot outlive the statement it is for.
    private const string SetTenant = "SELECT set_config('app.tenant_id', $1, true)";

    /// <summary>
    /// Opens a connection to where the tenant lives, for batches and transactions, which must leave nothing behind in the session.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tenant was not entered.</exception>
    public ValueTask<NpgsqlConnection> OpenAsync(Guid tenantId, CancellationToken cancellationToken) =>
        gate.PoolOf(tenantId).Statements.OpenConnectionAsync(cancellationToken);

    /// <summary>The same for work that keeps something in the session, such as an advisory lock.</summary>
    /// <exception cref="InvalidOperationException">The tenant was not entered.</exception>
    public ValueTask<NpgsqlConnection> OpenSessionAsync(Guid tenantId, CancellationToken cancellationToken) =>
        gate.PoolOf(tenantId).Sessions.OpenConnectionAsync(cancellationToken);

    /// <summary>The statements as one tenant, in one round trip; their results follow one that the caller skips.</summary>
    public static NpgsqlBatch Batch(NpgsqlConnection connection, Guid tenantId, params ReadOnlySpan<NpgsqlBatchCommand> statements)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(SetTenant) { Parameters = { new NpgsqlParameter<string> { TypedValue = tenantId.ToString() } } });
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        return batch;
    }

    /// <summary>Runs a batch and goes to the first result after the tenant's.</summary>
    public static async Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken);
        try
        {
            await reader.NextResultAsync(cancellationToken);
            return reader;
        }
        catch
        {
            // The statement failed; a transaction that goes on after it needs the connection free.
            await reader.DisposeAsync();
            throw;
        }
    }
}
