using System.Globalization;
using Npgsql;
using Npgsql.Replication;
using NpgsqlTypes;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>The server whose log is received, as it describes itself.</summary>
/// <param name="SystemId">System identifier, decimal.</param>
/// <param name="Version">Major version.</param>
/// <param name="SegmentSize">Bytes of a segment of its log.</param>
/// <param name="Flushed">Where its log ends on its disk.</param>
/// <param name="History">Its timelines.</param>
/// <param name="KeepLimit">Bytes of log it keeps at most for those that fetch it late; -1 for no limit.</param>
public sealed record LoggedServer(
    string SystemId, int Version, int SegmentSize, NpgsqlLogSequenceNumber Flushed, TimelineHistory History, long KeepLimit)
{
    private const string Settings = """
        SELECT current_setting('server_version_num')::int / 10000, pg_size_bytes(current_setting('wal_segment_size'))::int, pg_current_wal_flush_lsn(),
            (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        """;

    /// <summary>Asks the server.</summary>
    /// <param name="connection">As a role that may replicate.</param>
    public static async Task<LoggedServer> AskAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        await using var replication = new PhysicalReplicationConnection(connection.ConnectionString);
        await replication.Open(cancellationToken);
        var system = await replication.IdentifySystem(cancellationToken);
        var history = system.Timeline == 1 ? new TimelineHistory(1, [])
            : TimelineHistory.Parse(system.Timeline, await HistoryAsync(connection, system.Timeline, cancellationToken));
        await using var session = new NpgsqlConnection(connection.ConnectionString);
        await session.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Settings, session);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var keep = reader.GetInt64(3);
        return new LoggedServer(
            system.SystemId, reader.GetInt32(0), reader.GetInt32(1), reader.GetFieldValue<NpgsqlLogSequenceNumber>(2), history, keep < 0 ? -1 : keep * 1024 * 1024);
    }

    /// <summary>By <c>psql</c>: Npgsql 10.0.0 cannot read what PostgreSQL answers to TIMELINE_HISTORY.</summary>
    private static async Task<string> HistoryAsync(NpgsqlConnectionStringBuilder connection, uint timeline, CancellationToken cancellationToken)
    {
        var psql = await PostgresProgram.FindAsync("psql", cancellationToken);
        await using var child = await ChildProcess.StartAsync(new ChildProgram(
            psql.Path, "-X", "-A", "-t", "-w", "-F", "\n", "-d", "replication=true", "-c", string.Create(CultureInfo.InvariantCulture, $"TIMELINE_HISTORY {timeline}"))
        {
            Environment = LibpqEnvironment.From(connection),
        });
        using var said = new StreamReader(child.Output);
        var content = await said.ReadToEndAsync(cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);

        // The first line is the file's name.
        return content[(content.IndexOf('\n', StringComparison.Ordinal) + 1)..];
    }
}
