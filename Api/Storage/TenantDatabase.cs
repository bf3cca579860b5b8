using Npgsql;
using ProductionReady.Data;

namespace ProductionReady.Api.Storage;

/// <summary>
/// Connections for SQL of our own. It is written by hand where EF Core's cost per request is a good part of
/// the whole (reading and creating one contact) and where EF Core has no words for it (keyset pages, merging a batch).
/// Single statements have a pool of their own. What they set ends with them, so nothing needs to be reset between two
/// users of a connection; measured, the reset costs a read by key a third of its work here and in PostgreSQL.
/// </summary>
/// <param name="connectionString">The role's that row-level security applies to.</param>
/// <param name="sessions">The pool of the context of the same role, whose connections are reset before they are used again.</param>
public sealed class TenantDatabase(string connectionString, NpgsqlDataSource sessions) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _statements = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(ConnectionPool.Bounded(connectionString).ConnectionString) { NoResetOnClose = true });

    // Local: the setting ends with the batch's own implicit transaction, so it cannot outlive the statement it is for.
    private const string SetTenant = "SELECT set_config('app.tenant_id', $1, true)";

    /// <summary>Opens a connection for batches and transactions, which must leave nothing behind in the session.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _statements.OpenConnectionAsync(cancellationToken);

    /// <summary>Opens a connection for work that keeps something in the session, such as an advisory lock.</summary>
    public ValueTask<NpgsqlConnection> OpenSessionAsync(CancellationToken cancellationToken) => sessions.OpenConnectionAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _statements.DisposeAsync();

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
