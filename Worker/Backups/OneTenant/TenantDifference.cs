namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>
/// Compares a tenant's rows then with those of now, in the recovered server: there temporary tables disturb nobody, and the live one is
/// only read.
/// </summary>
/// <param name="then">An administrator's connection to the recovered database, in a transaction.</param>
/// <param name="now">Any connection that sees the tenant's rows, in a transaction.</param>
public sealed class TenantDifference(RestoreSide then, RestoreSide now)
{
    /// <summary>Brings the present rows of all tables over, and counts.</summary>
    /// <returns>A line for each table, in their order.</returns>
    public async Task<IReadOnlyList<TableDifference>> CompareAsync(IReadOnlyList<RestoredTable> tables, CancellationToken cancellationToken)
    {
        var differences = new List<TableDifference>();
        foreach (var table in tables)
        {
            await then.StageAsync(Present(table), table.Typed(table.Seen), cancellationToken);
            await now.CopyAsync(
                $"SELECT {string.Join(", ", table.Seen)} FROM public.{table.Name} WHERE {table.Owner} = '{now.TenantId:D}'", then, Present(table), cancellationToken);
            differences.Add((await then.Connection.ReadAsync(
                $"SELECT ({Count(Added(table))}), ({Count(Changed(table))}), ({Count(Gone(table))})",
                row => new TableDifference(table.Name, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken)).Single());
        }

        return differences;
    }

    /// <summary>Query of the recovered rows, whole, that are added: <c>then.*</c> columns in the table's order.</summary>
    public static string AddedRows(RestoredTable table) => $"SELECT {AllOfThen(table)} {Added(table)}";

    /// <summary>Query of the recovered rows, whole, from which present ones are changed.</summary>
    public static string ChangedRows(RestoredTable table) => $"SELECT {AllOfThen(table)} {Changed(table)}";

    /// <summary>Query of the keys of rows that are deleted.</summary>
    public static string GoneKeys(RestoredTable table) => $"SELECT {string.Join(", ", table.Key.Select(column => $"present.{column}"))} {Gone(table)}";

    private static string Present(RestoredTable table) => $"pg_temp.present_{table.Name}";

    private static string AllOfThen(RestoredTable table) => string.Join(", ", table.Columns.Keys.Select(column => $"recovered.{column}"));

    private static string Count(string from) => $"SELECT count(*) {from}";

    // The tenant's rows alone are visible, see RestoreSide.
    private static string Added(RestoredTable table)
    {
        var missing = $"FROM public.{table.Name} recovered WHERE NOT EXISTS (SELECT FROM {Present(table)} present WHERE {table.SameKey("present", "recovered")})";
        return table.Rule is TenantRestoreRule.Whole ? missing
            : table.Added is { } added ? $"{missing} AND NOT EXISTS (SELECT FROM {Present(table)} present WHERE lower(present.{table.ColumnOf[added.Unique]}) = lower(recovered.{table.ColumnOf[added.Unique]}))"
            : $"{missing} AND false";
    }

    private static string Changed(RestoredTable table) =>
        $"FROM public.{table.Name} recovered JOIN {Present(table)} present ON {table.SameKey("present", "recovered")} WHERE {table.Values("recovered")} IS DISTINCT FROM {table.Values("present")}";

    private static string Gone(RestoredTable table) => table.Rule is TenantRestoreRule.Whole
        ? $"FROM {Present(table)} present WHERE NOT EXISTS (SELECT FROM public.{table.Name} recovered WHERE {table.SameKey("present", "recovered")})"
        : $"FROM {Present(table)} present WHERE false";
}
