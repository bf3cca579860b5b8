using Npgsql;

namespace ProductionReady.Worker.Backups.Checks;

/// <summary>Looks for rows that point to none: the server trusts its foreign keys and never looks again by itself.</summary>
public static class ForeignKeys
{
    // A partition's keys are those of its parent. MATCH SIMPLE: a row with a null points nowhere.
    private const string Sql = """
        SELECT format('%I of %I.%I', k.conname, cn.nspname, c.relname),
            format('SELECT count(*) FROM %I.%I c WHERE %s AND NOT EXISTS (SELECT FROM %I.%I p WHERE %s)', cn.nspname, c.relname,
                (SELECT string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(k.conkey) n JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n),
                pn.nspname, p.relname,
                (SELECT string_agg(format('p.%I = c.%I', pa.attname, ca.attname), ' AND ')
                 FROM unnest(k.conkey, k.confkey) AS n (child, parent)
                    JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = n.child
                    JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = n.parent))
        FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
            JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated
        ORDER BY 1
        """;

    /// <summary>Checks every key of a database.</summary>
    /// <param name="connection">Of a superuser: row-level security would hide rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One sentence for each key with rows that point to none.</returns>
    public static async Task<IReadOnlyList<string>> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var (key, sql) in await KeysAsync(connection, cancellationToken))
        {
            await using var count = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            if (await count.ExecuteScalarAsync(cancellationToken) is long and > 0 and var rows)
            {
                problems.Add($"{rows} rows break the foreign key {key}.");
            }
        }

        return problems;
    }

    private static async Task<List<(string Key, string Sql)>> KeysAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<(string, string)>();
        while (await row.ReadAsync(cancellationToken))
        {
            keys.Add((row.GetString(0), row.GetString(1)));
        }

        return keys;
    }
}
