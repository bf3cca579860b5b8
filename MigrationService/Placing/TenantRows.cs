using System.Data;
using Npgsql;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>How many rows of the tenant a table has, and a sum over what is in them that does not depend on their order.</summary>
internal sealed record TableSum(string Table, long Rows, string Checksum);

/// <summary>Counts, compares and deletes a tenant's rows on one side.</summary>
internal static class TenantRows
{
    // What one statement deletes: a run that is ended waits for no more.
    private const int Batch = 10_000;

    /// <summary>Counts and sums of all tables, in the transaction that <see cref="TenantSide.BeginAsync"/> began.</summary>
    public static async Task<IReadOnlyList<TableSum>> SumAsync(TenantSide side, IReadOnlyList<MovedTable> tables, CancellationToken cancellationToken)
    {
        var sums = tables.Select(table => $"""
            SELECT '{table.Name}', count(*), coalesce(sum(hashtextextended(ROW({table.AllColumns})::text, 0)), 0)::text
            FROM {table.Name} WHERE {table.Owner} = '{side.TenantId:D}'
            """);
        await using var command = new NpgsqlCommand(string.Join(" UNION ALL ", sums), side.Connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var answer = new List<TableSum>();
        while (await row.ReadAsync(cancellationToken))
        {
            answer.Add(new TableSum(row.GetString(0), row.GetInt64(1), row.GetString(2)));
        }

        return answer;
    }

    /// <summary>Deletes them, children first, but for those that home keeps of a tenant that lives elsewhere.</summary>
    public static async Task DeleteAsync(TenantSide home, IReadOnlyList<MovedTable> tables, CancellationToken cancellationToken)
    {
        foreach (var table in tables.Reverse().Where(table => !table.IsMirrored))
        {
            var key = string.Join(", ", table.Key);
            int deleted;
            do
            {
                await using var transaction = await home.BeginAsync(IsolationLevel.ReadCommitted, cancellationToken);
                await using var command = new NpgsqlCommand(
                    $"DELETE FROM {table.Name} WHERE {table.Owner} = '{home.TenantId:D}' AND ({key}) IN (SELECT {key} FROM {table.Name} WHERE {table.Owner} = '{home.TenantId:D}' LIMIT {Batch})",
                    home.Connection);
                deleted = await command.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
            while (deleted > 0);
        }
    }

    /// <summary>Rows left of the tenant, with row-level security out of the way; home's two for its directory are not counted.</summary>
    public static async Task<long> CountLeftAsync(TenantSide home, IReadOnlyList<MovedTable> tables, CancellationToken cancellationToken)
    {
        await using var transaction = await home.Connection.BeginTransactionAsync(cancellationToken);
        await home.Connection.ExecuteAsync("SET LOCAL row_security = off", cancellationToken);
        return await home.Connection.ScalarAsync<long>(
            $"SELECT sum(n)::bigint FROM ({string.Join(" UNION ALL ", tables.Where(table => !table.IsMirrored).Select(table => $"SELECT count(*) AS n FROM {table.Name} WHERE {table.Owner} = '{home.TenantId:D}'"))}) AS counts",
            cancellationToken);
    }
}
