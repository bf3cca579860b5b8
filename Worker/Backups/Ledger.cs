using Npgsql;

namespace ProductionReady.Worker.Backups;

/// <summary>Counts what is in a database, table by table: taken at backup time and again after a restore.</summary>
public static class Ledger
{
    // Tables that belong to an extension come back with the extension, not from the dump.
    private const string Tables = """
        SELECT format('%I.%I', n.nspname, c.relname), c.relrowsecurity AND c.relforcerowsecurity
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
            AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1
        """;

    private const string Roles = "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1";

    /// <summary>Counts the rows of every table, as the connection's transaction sees them.</summary>
    public static async Task<IReadOnlyList<LedgerEntry>> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await ReadAsync(connection, Tables, row => (Name: row.GetString(0), Forced: row.GetBoolean(1)), cancellationToken);
        var ledger = new List<LedgerEntry>(tables.Count);
        foreach (var table in tables)
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table.Name}", connection) { CommandTimeout = 0 };
            ledger.Add(new LedgerEntry(table.Name, (long)(await count.ExecuteScalarAsync(cancellationToken))!, table.Forced));
        }

        return ledger;
    }

    /// <summary>Roles that owners, grants and policies may name; not PostgreSQL's own.</summary>
    public static async Task<IReadOnlyList<string>> RolesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ReadAsync(connection, Roles, row => row.GetString(0), cancellationToken);

    /// <summary>The newest migration applied, or null without a migration history.</summary>
    public static async Task<string?> MigrationAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("""SELECT to_regclass('public."__EFMigrationsHistory"') IS NOT NULL""", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return null;
        }

        await using var newest = new NpgsqlCommand("""SELECT max("MigrationId") FROM public."__EFMigrationsHistory" """, connection);
        return await newest.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
