using System.Data;
using System.Diagnostics;
using Npgsql;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>
/// Makes a tenant's rows on one side like those on the other. The first pass copies everything; each further one copies what was written
/// since the pass before took its snapshot, and deletes what is gone. Rows are read and written as the tables' owner under row-level
/// security, so that no other tenant's row can be met.
/// </summary>
internal sealed class TenantCopy(IReadOnlyList<MovedTable> tables)
{
    private const int MaxPasses = 5;
    private static readonly TimeSpan ShortPass = TimeSpan.FromSeconds(1);

    // The oldest transaction that the last pass may not have seen; all that it did not see are this one or younger.
    private string? _since;

    /// <summary>Copies everything, and then what changed meanwhile, until little changes while a pass runs.</summary>
    public async Task FollowAsync(TenantSide source, TenantSide target, CancellationToken cancellationToken)
    {
        var clock = new Stopwatch();
        for (var pass = 0; pass == 0 || (clock.Elapsed > ShortPass && pass < MaxPasses); pass++)
        {
            clock.Restart();
            await using var snapshot = await source.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var changed = await ChangedAsync(source, cancellationToken);
            var rows = await CountAsync(target, cancellationToken);
            foreach (var table in changed.Where(table => _since is null || table.Changed > 0 || table.Rows != rows[table.Table.Name]))
            {
                await using var transaction = await target.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
                await CopyAsync(source, target, table, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }

            _since = await SnapshotAsync(source, cancellationToken);
            await snapshot.CommitAsync(cancellationToken);
        }
    }

    /// <summary>The last pass, in transactions that the caller began on both sides while nobody writes.</summary>
    public async Task FinishAsync(TenantSide source, TenantSide target, CancellationToken cancellationToken)
    {
        var changed = await ChangedAsync(source, cancellationToken);
        var rows = await CountInTransactionAsync(target, cancellationToken);
        foreach (var table in changed.Where(table => table.Changed > 0 || table.Rows != rows[table.Table.Name]))
        {
            await CopyAsync(source, target, table, cancellationToken);
        }
    }

    private static Task<string> SnapshotAsync(TenantSide source, CancellationToken cancellationToken) =>
        source.Connection.ScalarAsync<string>("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint & 4294967295)::text", cancellationToken);

    /// <summary>Rows of each table, and those written since the last pass. Frozen rows of long ago may look new, and are copied again.</summary>
    private async Task<IReadOnlyList<TableChange>> ChangedAsync(TenantSide source, CancellationToken cancellationToken)
    {
        var questions = tables.Select((table, place) => $"SELECT {place}, count(*), count(*) FILTER (WHERE {Written}) FROM {table.Name} WHERE {table.Owner} = '{source.TenantId:D}'");
        await using var command = new NpgsqlCommand(string.Join(" UNION ALL ", questions), source.Connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<TableChange>();
        while (await row.ReadAsync(cancellationToken))
        {
            changes.Add(new TableChange(tables[row.GetInt32(0)], row.GetInt64(1), row.GetInt64(2)));
        }

        return changes;
    }

    private string Written => _since is null ? "true" : $"age(xmin) <= age('{_since}'::xid)";

    private async Task<IReadOnlyDictionary<string, long>> CountAsync(TenantSide side, CancellationToken cancellationToken)
    {
        await using var transaction = await side.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
        return await CountInTransactionAsync(side, cancellationToken);
    }

    private async Task<IReadOnlyDictionary<string, long>> CountInTransactionAsync(TenantSide side, CancellationToken cancellationToken)
    {
        var questions = tables.Select(table => $"SELECT '{table.Name}', count(*) FROM {table.Name} WHERE {table.Owner} = '{side.TenantId:D}'");
        await using var command = new NpgsqlCommand(string.Join(" UNION ALL ", questions), side.Connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var counts = new Dictionary<string, long>();
        while (await row.ReadAsync(cancellationToken))
        {
            counts[row.GetString(0)] = row.GetInt64(1);
        }

        return counts;
    }

    private async Task CopyAsync(TenantSide source, TenantSide target, TableChange change, CancellationToken cancellationToken)
    {
        var table = change.Table;
        var mine = $"{table.Owner} = '{source.TenantId:D}'";
        var staged = await StageAsync(source, target, table, "rows", table.Columns, $"{mine} AND {Written}", cancellationToken);
        if (_since is null && !table.IsMirrored)
        {
            await target.Connection.ExecuteAsync($"DELETE FROM {table.Name} WHERE {mine}", cancellationToken);
        }
        else if (await HasMoreAsync(target, change, staged, cancellationToken))
        {
            var keys = await StageAsync(source, target, table, "keys", string.Join(", ", table.Key), mine, cancellationToken);
            await target.Connection.ExecuteAsync(
                $"DELETE FROM {table.Name} t WHERE {mine} AND NOT EXISTS (SELECT FROM {keys} k WHERE {table.SameKey("k", "t")})", cancellationToken);
        }

        if (table.IsMirrored)
        {
            var given = string.Join(", ", table.Columns.Split(", ").Select(column => $"excluded.{column}"));
            await target.Connection.ExecuteAsync(
                $"""
                INSERT INTO {table.Name} ({table.Columns}) SELECT {table.Columns} FROM {staged}
                ON CONFLICT ({string.Join(", ", table.Key)}) DO UPDATE SET ({table.Columns}) = ROW({given})
                """,
                cancellationToken);
            return;
        }

        // Deleted first, so that rows may have exchanged what must be unique.
        await target.Connection.ExecuteAsync(
            $"""
            DELETE FROM {table.Name} t USING {staged} s WHERE t.{mine} AND {table.SameKey("s", "t")};
            INSERT INTO {table.Name} ({table.Columns}) SELECT {table.Columns} FROM {staged}
            """,
            cancellationToken);
    }

    /// <summary>Whether the target has rows that the source has not: what it has, and what is new to it, are more than the source has.</summary>
    private static async Task<bool> HasMoreAsync(TenantSide target, TableChange change, string staged, CancellationToken cancellationToken)
    {
        var table = change.Table;
        var there = await target.Connection.ScalarAsync<long>(
            $"""
            SELECT (SELECT count(*) FROM {table.Name} WHERE {table.Owner} = '{target.TenantId:D}')
                + (SELECT count(*) FROM {staged} s WHERE NOT EXISTS (SELECT FROM {table.Name} t WHERE {table.SameKey("s", "t")}))
            """,
            cancellationToken);
        return there > change.Rows;
    }

    /// <summary>Copies columns of some rows into a temporary table of the target's transaction, and answers its name.</summary>
    private static async Task<string> StageAsync(
        TenantSide source, TenantSide target, MovedTable table, string what, string columns, string condition, CancellationToken cancellationToken)
    {
        var name = $"pg_temp.moved_{what}_{table.Name}";
        await target.AsAdministratorAsync(cancellationToken);
        await target.Connection.ExecuteAsync(
            $"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {columns} FROM {table.Name} WITH NO DATA; GRANT SELECT ON {name} TO {Data.Schema.DatabaseRoles.Owner}",
            cancellationToken);
        await using (var from = await source.Connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {columns} FROM {table.Name} WHERE {condition}) TO STDOUT (FORMAT BINARY)", cancellationToken))
        await using (var to = await target.Connection.BeginRawBinaryCopyAsync($"COPY {name} ({columns}) FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            await from.CopyToAsync(to, cancellationToken);
        }

        await target.Connection.ExecuteAsync($"ANALYZE {name}", cancellationToken);
        await target.AsOwnerAsync(cancellationToken);
        return name;
    }

    private sealed record TableChange(MovedTable Table, long Rows, long Changed);
}
