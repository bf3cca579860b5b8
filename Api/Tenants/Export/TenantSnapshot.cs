using System.Data;
using Npgsql;
using ProductionReady.Api.Storage;
using ProductionReady.Data.Archive;

namespace ProductionReady.Api.Tenants.Export;

/// <summary>
/// One moment of a tenant's data, read table by table. While it is open nobody else exports the tenant.
/// </summary>
internal sealed class TenantSnapshot : IAsyncDisposable
{
    // The lock and the settings end with the transaction. Slow clients are waited for: the server must not give up on one.
    private const string Begin = """
        SELECT pg_try_advisory_xact_lock(hashtextextended('export of ' || $1, 0)), set_config('app.tenant_id', $1, true), set_config('timezone', 'UTC', true),
            set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true), now()
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Guid _tenantId;

    private TenantSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId) =>
        (_connection, _transaction, _tenantId) = (connection, transaction, tenantId);

    /// <summary>The moment, UTC.</summary>
    public DateTimeOffset At { get; private set; }

    /// <summary>Opens it; null when an export of the tenant is under way.</summary>
    public static async Task<TenantSnapshot?> TryOpenAsync(TenantDatabase database, Guid tenantId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenAsync(tenantId, cancellationToken);
        TenantSnapshot? snapshot = null;
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var opened = new TenantSnapshot(connection, transaction, tenantId);
            await using var readOnly = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection);
            await readOnly.ExecuteNonQueryAsync(cancellationToken);
            snapshot = await opened.BeginAsync(cancellationToken) ? opened : null;
            return snapshot;
        }
        finally
        {
            if (snapshot is null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Writes a table's rows, line by line; never more than some of them are in memory.</summary>
    public async Task CopyAsync(ArchiveTable table, HashedEntry to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(table.Select, _connection) { CommandTimeout = 0, Parameters = { new NpgsqlParameter<Guid> { TypedValue = _tenantId } } };
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        try
        {
            await CopyAsync(reader, to, cancellationToken);
        }
        catch
        {
            // Else closing the reader would read the rest of the table, for nobody.
            command.Cancel();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task CopyAsync(NpgsqlDataReader reader, HashedEntry to, CancellationToken cancellationToken)
    {
        const int enough = 64 * 1024;
        using var lines = new MemoryStream(2 * enough);
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            await using (var line = await reader.GetStreamAsync(0, cancellationToken))
            {
                await line.CopyToAsync(lines, cancellationToken);
            }

            lines.WriteByte((byte)'\n');
            rows++;
            if (lines.Length >= enough)
            {
                await to.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), rows, cancellationToken);
                (lines.Position, rows) = (0, 0);
                lines.SetLength(0);
            }
        }

        await to.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), rows, cancellationToken);
    }

    private async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Begin, _connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = _tenantId.ToString() } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        At = row.GetFieldValue<DateTimeOffset>(5);
        return row.GetBoolean(0);
    }
}
