using Npgsql;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups;

/// <summary>Compares a restored database with what its ledger promises.</summary>
public static class RestoredDatabase
{
    // A table that has a tenant_id must be protected even if the backed up one was not: a leak must not pass as faithful.
    private const string Unprotected = """
        SELECT format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
        ORDER BY 1
        """;

    /// <summary>Compares rows, protection and migrations.</summary>
    /// <returns>One sentence for each difference; none when all is as promised.</returns>
    public static async Task<IReadOnlyList<string>> CompareAsync(
        NpgsqlConnection connection, DatabaseLedger ledger, CancellationToken cancellationToken)
    {
        List<string> problems = [.. CompareLedgers(ledger.Tables, await Ledger.CountAsync(connection, cancellationToken))];
        if (await Ledger.MigrationAsync(connection, cancellationToken) is var migration && migration != ledger.MigrationId)
        {
            problems.Add($"The newest migration is {migration ?? "none"} instead of {ledger.MigrationId ?? "none"}.");
        }

        await using var command = new NpgsqlCommand(Unprotected, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            problems.Add($"{reader.GetString(0)} belongs to tenants but has no forced row-level security.");
        }

        return problems;
    }

    /// <summary>One sentence for each table that differs.</summary>
    public static IEnumerable<string> CompareLedgers(IReadOnlyList<LedgerEntry> promised, IReadOnlyList<LedgerEntry> found)
    {
        var restored = found.ToDictionary(entry => entry.Table);
        foreach (var entry in promised)
        {
            if (!restored.Remove(entry.Table, out var actual))
            {
                yield return $"{entry.Table} is missing.";
                continue;
            }

            if (actual.Rows != entry.Rows)
            {
                yield return $"{entry.Table} has {actual.Rows} rows instead of {entry.Rows}.";
            }

            if (entry.ForcedRowSecurity && !actual.ForcedRowSecurity)
            {
                yield return $"{entry.Table} lost its forced row-level security.";
            }
        }

        foreach (var extra in restored.Values)
        {
            yield return $"{extra.Table} is there but not in the ledger.";
        }
    }
}
