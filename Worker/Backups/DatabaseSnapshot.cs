using System.Data;
using Npgsql;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// A transaction whose snapshot is exported: <c>pg_dump</c> joins it by <see cref="Id"/>, so the dump and the ledger see the
/// same rows while writers go on. Lives until disposed.
/// </summary>
public sealed class DatabaseSnapshot : IAsyncDisposable
{
    private readonly NpgsqlTransaction transaction;

    private DatabaseSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, string id)
    {
        Connection = connection;
        this.transaction = transaction;
        Id = id;
    }

    /// <summary>Sees the snapshot.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Name by which another session can join the snapshot.</summary>
    public string Id { get; }

    /// <summary>Such as <c>15.8</c>.</summary>
    public string ServerVersion => Connection.PostgreSqlVersion.ToString();

    /// <summary>Begins the transaction and exports its snapshot.</summary>
    public static async Task<DatabaseSnapshot> ExportAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

            // row_security off: a role that row-level security would hide rows from gets an error, not a smaller count.
            await using var command = new NpgsqlCommand(
                """
                SET TRANSACTION READ ONLY;
                SET LOCAL row_security = off;
                SET LOCAL statement_timeout = 0;
                SET LOCAL idle_in_transaction_session_timeout = 0;
                SELECT pg_export_snapshot();
                """,
                connection);
            return new DatabaseSnapshot(connection, transaction, (string)(await command.ExecuteScalarAsync(cancellationToken))!);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
