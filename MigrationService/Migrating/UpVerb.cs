using Npgsql;
using ProductionReady.MigrationService.Access;
using ProductionReady.MigrationService.Operators;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Brings a database to the newest migration.</summary>
internal sealed class UpVerb(ILogger<UpVerb> logger, Steps steps, MigrationContext contexts, MigrationRun run, BuriedTenants buried)
{
    public async Task<int> RunAsync(NpgsqlConnection connection, MigrationSettings settings, CancellationToken cancellationToken)
    {
        MigrationHistory history;
        await using (var context = contexts.Over(connection))
        {
            history = await MigrationHistory.ReadAsync(context, cancellationToken);
        }

        await steps.RunAsync("create roles", () => RoleSetup.ApplyAsync(connection, settings.Passwords, cancellationToken));
        if (history.Unknown is { Count: > 0 } unknown)
        {
            // An older version is being put back over a newer schema: its grants would shut the newer tables.
            logger.DatabaseIsNewer(string.Join(", ", unknown));
            return ExitCode.Done;
        }

        if (history.Pending.Count == 0)
        {
            logger.NothingToMigrate(history.Known[^1]);
        }

        await run.RunAsync(connection, [.. history.Pending.Select(id => ($"apply {id}", id))], before: null, cancellationToken);
        await steps.RunAsync("shut tenants that were erased", () => buried.ShutAsync(connection, cancellationToken));
        return ExitCode.Done;
    }
}
