using Npgsql;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>What a server says about itself before its files are copied.</summary>
/// <param name="SystemId">System identifier, decimal.</param>
/// <param name="Version">Such as <c>15.8</c>.</param>
/// <param name="SegmentSize">Bytes of a segment of its log.</param>
/// <param name="Tablespaces">Those that lie outside of its data folder.</param>
public sealed record Cluster(string SystemId, string Version, int SegmentSize, IReadOnlyList<string> Tablespaces)
{
    private const string Sql = """
        SELECT (SELECT system_identifier::text FROM pg_control_system()),
            (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size'),
            (SELECT coalesce(array_agg(spcname::text ORDER BY spcname), '{}') FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global'))
        """;

    /// <summary>Asks the server.</summary>
    public static async Task<Cluster> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new Cluster(row.GetString(0), connection.PostgreSqlVersion.ToString(), row.GetInt32(1), row.GetFieldValue<string[]>(2));
    }

    /// <summary>The server's time: what the log's own times are compared with later, whatever the Worker's clock says.</summary>
    public static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>Refuses what a base backup cannot hold.</summary>
    /// <exception cref="BackupProblemException">There are tablespaces.</exception>
    public void RequireOneFolder()
    {
        if (Tablespaces.Count > 0)
        {
            throw new BackupProblemException(
                $"The server has tablespaces outside of its data folder ({string.Join(", ", Tablespaces)}): base backups hold one folder, so move their tables home and drop them.");
        }
    }
}
