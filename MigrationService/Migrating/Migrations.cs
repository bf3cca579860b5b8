using Npgsql;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Brings one database to the newest migration and its grants to the rules.</summary>
internal sealed class Migrations(ILogger<Migrations> logger, MigrationContext contexts, MigrationRun run)
{
    /// <summary>Applies what is pending.</summary>
    /// <returns>False when the database is newer than this program: it was left as it is.</returns>
    public async Task<bool> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        MigrationHistory history;
        await using (var context = contexts.Over(connection))
        {
            history = await MigrationHistory.ReadAsync(context, cancellationToken);
        }

        if (history.Unknown is { Count: > 0 } unknown)
        {
            // An older version is being put back over a newer schema: its grants would shut the newer tables.
            logger.DatabaseIsNewer(string.Join(", ", unknown));
            return false;
        }

        if (history.Pending.Count == 0)
        {
            logger.NothingToMigrate(history.Known[^1]);
        }

        await run.RunAsync(connection, [.. history.Pending.Select(id => ($"apply {id}", id))], before: null, cancellationToken);
        return true;
    }
}
