using Npgsql;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Checks;

namespace ProductionReady.Worker.Backups;

/// <summary>Compares a restored database with what its ledger promises.</summary>
public static class RestoredDatabase
{
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

        problems.AddRange(await TenantProtection.CheckAsync(connection, cancellationToken));
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
