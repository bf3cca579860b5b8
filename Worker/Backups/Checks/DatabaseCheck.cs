using Npgsql;

namespace ProductionReady.Worker.Backups.Checks;

/// <summary>What is in one recovered database.</summary>
/// <param name="Database">Its name.</param>
/// <param name="MigrationId">The newest migration applied; null without a migration history.</param>
/// <param name="Tables">Rows by table.</param>
/// <param name="Checks">What was looked at beside; none when that was not asked for.</param>
public sealed record DatabaseCheck(string Database, string? MigrationId, IReadOnlyList<LedgerEntry> Tables, IReadOnlyList<CheckOutcome> Checks)
{
    /// <summary>Counts and checks.</summary>
    /// <param name="connection">A superuser's, to a server that can be written to.</param>
    /// <param name="countOnly">Leaves the checks out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<DatabaseCheck> RunAsync(NpgsqlConnectionStringBuilder connection, bool countOnly, CancellationToken cancellationToken)
    {
        await using var database = new NpgsqlConnection(connection.ConnectionString);
        await database.OpenAsync(cancellationToken);
        var (migration, tables) = (await Ledger.MigrationAsync(database, cancellationToken), await Ledger.CountAsync(database, cancellationToken));
        return new DatabaseCheck(database.Database, migration, tables, countOnly ? [] :
        [
            new CheckOutcome($"tables and indexes of {database.Database} (pg_amcheck)", await PageChecks.TablesAndIndexesAsync(connection, cancellationToken)),
            new CheckOutcome($"foreign keys of {database.Database}", await ForeignKeys.CheckAsync(database, cancellationToken)),
            new CheckOutcome($"forced row-level security in {database.Database}", await TenantProtection.CheckAsync(database, cancellationToken)),
        ]);
    }
}
