using Npgsql;
using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Counts the rows of several databases at one moment, at best one without any transaction in progress: then whoever recovers the
/// log to that place finds the very same rows. On a server that is never quiet the snapshot itself is noted, and the log around it.
/// </summary>
public sealed class ClusterLedger : IAsyncDisposable
{
    private const int Attempts = 400;
    private const int LookedBack = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private const string Begin = """
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SET LOCAL row_security = off;
        SET LOCAL statement_timeout = 0;
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SELECT pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot());
        """;

    private readonly List<Snapshot> snapshots = [];

    private ClusterLedger()
    {
    }

    /// <summary>Where the log stood when nobody was writing; null when no such moment was met.</summary>
    public NpgsqlLogSequenceNumber? Lsn { get; private set; }

    /// <summary>The log around the snapshots, when somebody was always writing.</summary>
    private (NpgsqlLogSequenceNumber From, NpgsqlLogSequenceNumber Until)? Around { get; set; }

    /// <summary>Takes a snapshot in each database.</summary>
    /// <param name="connection">Of a role that sees all rows; to the shared database.</param>
    /// <param name="own">The databases of single tenants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClusterLedger> TakeAsync(NpgsqlConnectionStringBuilder connection, IEnumerable<string> own, CancellationToken cancellationToken)
    {
        var ledger = new ClusterLedger();
        try
        {
            foreach (var database in own.Prepend(null))
            {
                var opened = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection.ConnectionString)
                {
                    Database = database ?? connection.Database,
                    Pooling = false,
                }.ConnectionString);
                ledger.snapshots.Add(new Snapshot(opened, IsOwn: database is not null));
                await opened.OpenAsync(cancellationToken);
            }

            await ledger.TakeAsync(cancellationToken);
            return ledger;
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>Counts what the snapshots show.</summary>
    public async Task<IReadOnlyList<DatabaseLedger>> CountAsync(CancellationToken cancellationToken)
    {
        var ledgers = new List<DatabaseLedger>();
        foreach (var (connection, own) in snapshots)
        {
            ledgers.Add(new DatabaseLedger(
                connection.Database, own, await Ledger.MigrationAsync(connection, cancellationToken), Lsn?.ToString(), Lsn is not null,
                await Ledger.CountAsync(connection, cancellationToken), await WindowAsync(connection, cancellationToken)));
        }

        return ledgers;
    }

    /// <summary>Roles that the databases may name.</summary>
    public Task<IReadOnlyList<string>> RolesAsync(CancellationToken cancellationToken) => Ledger.RolesAsync(snapshots[0].Connection, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (connection, _) in snapshots)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var positions = new List<NpgsqlLogSequenceNumber>();
        for (var attempt = 1; ; attempt++)
        {
            var before = await InsertedAsync(cancellationToken);
            positions.Add(before);
            var quiet = true;
            foreach (var (connection, _) in snapshots)
            {
                quiet &= await AskAsync<bool>(Begin, connection, cancellationToken);
            }

            if (quiet && await InsertedAsync(cancellationToken) == before)
            {
                Lsn = before;
                await GoOnAsync(cancellationToken);
                return;
            }

            if (attempt == Attempts)
            {
                // A commit is in the log before it is seen: while it is forced to disk, or confirmed by a standby.
                Around = (positions[^LookedBack], await InsertedAsync(cancellationToken));
                await GoOnAsync(cancellationToken);
                return;
            }

            foreach (var (connection, _) in snapshots)
            {
                await AskAsync<object?>("ROLLBACK", connection, cancellationToken);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>A recovery that shall stop at a place has to meet something behind it.</summary>
    private Task GoOnAsync(CancellationToken cancellationToken) =>
        AskAsync<object>("SELECT pg_logical_emit_message(false, 'productionready', 'ledger')", snapshots[0].Connection, cancellationToken);

    private async Task<LedgerWindow?> WindowAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => Around is { } around
        ? new LedgerWindow($"{around.From}", $"{around.Until}", await AskAsync<string>("SELECT pg_current_snapshot()::text", connection, cancellationToken)) : null;

    private Task<NpgsqlLogSequenceNumber> InsertedAsync(CancellationToken cancellationToken) =>
        AskAsync<NpgsqlLogSequenceNumber>("SELECT pg_current_wal_insert_lsn()", snapshots[0].Connection, cancellationToken);

    private static async Task<T> AskAsync<T>(string sql, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private sealed record Snapshot(NpgsqlConnection Connection, bool IsOwn);
}
