using Npgsql;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>How far a recovery came.</summary>
/// <param name="Lsn">Everything before it was replayed.</param>
/// <param name="LastCommit">When the last transaction that was replayed had ended, by the server's clock then; null when none was.</param>
/// <param name="Timeline">The timeline whose log it was; a server that has gone on from there has one of its own.</param>
public sealed record RecoveryPoint(NpgsqlLogSequenceNumber Lsn, DateTimeOffset? LastCommit, uint Timeline)
{
    internal static async Task<RecoveryPoint> ReadAsync(NpgsqlConnectionStringBuilder connection, uint timeline, CancellationToken cancellationToken)
    {
        await using var asking = new NpgsqlConnection(connection.ConnectionString);
        await asking.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()", asking);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new RecoveryPoint(
            row.GetFieldValue<NpgsqlLogSequenceNumber>(0), await row.IsDBNullAsync(1, cancellationToken) ? null : row.GetFieldValue<DateTimeOffset>(1), timeline);
    }
}
