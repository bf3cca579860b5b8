using Npgsql;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Has the server keep its log from its last checkpoint on, while its files are copied: a checkpoint amid a long copy would otherwise
/// remove what the copy needs at its end. A temporary slot, gone with its connection.
/// </summary>
public sealed class LogReservation : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private LogReservation(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Begins to keep.</summary>
    /// <param name="server">Of a role that may replicate.</param>
    /// <param name="backupId">Makes the slot's name one of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LogReservation> MakeAsync(NpgsqlConnectionStringBuilder server, string backupId, CancellationToken cancellationToken)
    {
        var reservation = new LogReservation(new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString));
        try
        {
            await reservation.connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_create_physical_replication_slot($1, immediately_reserve => true, temporary => true)", reservation.connection);
            command.Parameters.AddWithValue($"productionready_base_{backupId.ToLowerInvariant().Replace('-', '_')}");
            await command.ExecuteNonQueryAsync(cancellationToken);
            return reservation;
        }
        catch
        {
            await reservation.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
