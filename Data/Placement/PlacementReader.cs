using System.Data;
using Npgsql;
using ProductionReady.Data.Schema;

namespace ProductionReady.Data.Placement;

/// <summary>
/// Reads placements on a connection of its own, on which this process also says by a lock how far it has come
/// (<see cref="PlacementLocks.Epoch"/>). The lock ends with the process, or with the connection.
/// </summary>
internal sealed class PlacementReader(string connectionString) : IAsyncDisposable
{
    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = 5,
        ApplicationName = "productionready-placements",
    }.ConnectionString;

    private NpgsqlConnection? _connection;
    private int _epoch;

    /// <summary>Connects, unless it is connected; the process is not in step then, and says so before it reads.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { FullState: ConnectionState.Open })
        {
            return;
        }

        await DisposeAsync().ConfigureAwait(false);
        _connection = new NpgsqlConnection(_connectionString);
        await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await LockAsync("SELECT pg_advisory_lock_shared($1, $2)", 0, cancellationToken).ConfigureAwait(false);
        _epoch = 0;
    }

    /// <summary>All rows.</summary>
    public Task<IReadOnlyList<PlacementRow>> ReadAsync(CancellationToken cancellationToken) => PlacementSql.ReadAsync(_connection!, cancellationToken);

    /// <summary>Says that the process has come to an epoch: the new lock first, the former one is given up then.</summary>
    public async Task AcknowledgeAsync(int epoch, CancellationToken cancellationToken)
    {
        if (epoch <= _epoch)
        {
            return;
        }

        try
        {
            await LockAsync("SELECT pg_advisory_lock_shared($1, $2)", epoch, cancellationToken).ConfigureAwait(false);
            await LockAsync("SELECT pg_advisory_unlock_shared($1, $2)", _epoch, cancellationToken).ConfigureAwait(false);
            _epoch = epoch;
        }
        catch
        {
            // Nobody knows which of the two it holds; a lock that is left over would keep every mover waiting.
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task LockAsync(string statement, int epoch, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(statement, _connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = PlacementLocks.Epoch }, new NpgsqlParameter<int> { TypedValue = epoch } },
        };
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
