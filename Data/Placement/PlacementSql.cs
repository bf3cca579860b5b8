using Npgsql;
using ProductionReady.Data.Schema;

namespace ProductionReady.Data.Placement;

/// <summary>The statements about placements, all at home.</summary>
internal static class PlacementSql
{
    // An announcement is believed while its mover lives, which holds a lock: what a killed one has left must not keep tenants waiting.
    private static readonly string Columns = $"""
        id, database, epoch, CASE WHEN moving THEN EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = {PlacementLocks.Mover} AND objid = 0 AND objsubid = 2 AND mode = 'ExclusiveLock' AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) ELSE false END
        """;

    private static readonly string All = $"SELECT {Columns} FROM tenant_placements";

    private static readonly string One = $"SELECT {Columns} FROM tenant_placements WHERE id = $1";

    /// <summary>All rows.</summary>
    public static async Task<IReadOnlyList<PlacementRow>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(All, connection);
        await using var _ = command.ConfigureAwait(false);
        await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await RowsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All rows, on a connection of a pool.</summary>
    public static async Task<IReadOnlyList<PlacementRow>> ReadAsync(NpgsqlDataSource home, CancellationToken cancellationToken)
    {
        var command = home.CreateCommand(All);
        await using var _ = command.ConfigureAwait(false);
        return await RowsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The row of one tenant; none for most.</summary>
    public static async Task<IReadOnlyList<PlacementRow>> ReadAsync(NpgsqlDataSource home, Guid tenantId, CancellationToken cancellationToken)
    {
        var command = home.CreateCommand(One);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = tenantId });
        return await RowsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<PlacementRow>> RowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = row.ConfigureAwait(false);
        var rows = new List<PlacementRow>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(new(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetBoolean(3), row.GetInt32(2)));
        }

        return rows;
    }
}
