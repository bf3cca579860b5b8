using Npgsql;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Takes a database back to an earlier migration.</summary>
internal sealed class DownVerb(ILogger<DownVerb> logger, MigrationContext contexts, MigrationRun run)
{
    public async Task<int> RunAsync(NpgsqlConnection connection, string to, bool allowDataLoss, CancellationToken cancellationToken)
    {
        await using var context = contexts.Over(connection);
        var history = await MigrationHistory.ReadAsync(context, cancellationToken);
        if (history.Unknown is { Count: > 0 } unknown)
        {
            throw new MigrationFailedException(
                $"The database holds migrations that this version does not know how to undo: {string.Join(", ", unknown)}.");
        }

        var target = history.FindApplied(to);
        var reverted = history.Applied.Where(id => string.CompareOrdinal(id, target) > 0).Reverse().ToList();
        if (reverted.Count == 0)
        {
            logger.NothingToMigrate(target);
            return ExitCode.Done;
        }

        await run.RunAsync(connection, [.. reverted.Select(id => ($"revert {id}", history.Before(id)))], RefuseLossAsync, cancellationToken);
        return ExitCode.Done;

        async Task RefuseLossAsync()
        {
            var losses = await DataLoss.FindAsync(context, connection, reverted, cancellationToken);
            foreach (var loss in losses)
            {
                logger.Drops(loss.ToString());
            }

            if (!allowDataLoss && losses.Where(loss => loss.Values > 0).ToList() is { Count: > 0 } lost)
            {
                throw new MigrationFailedException(
                    $"Going down to {target} would drop {string.Join(", ", lost)}. Repeat with --allow-data-loss if that is wanted; nothing was changed.");
            }
        }
    }
}
