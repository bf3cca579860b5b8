using Npgsql;
using ProductionReady.MigrationService.Placing;

namespace ProductionReady.MigrationService.Migrating;

/// <summary>Takes the databases in which single tenants live, and then the shared one, back to an earlier migration.</summary>
internal sealed class DownVerb(ILogger<DownVerb> logger, MigrationContext contexts, MigrationRun run, EveryDatabase others)
{
    private const string Placements = "_TenantPlacement";

    public async Task<int> RunAsync(NpgsqlConnection home, string to, bool allowDataLoss, CancellationToken cancellationToken)
    {
        await RefuseToForgetAsync(home, to, cancellationToken);
        await others.RunAsync(home, alone: true, own => RevertAsync(own, to, allowDataLoss, cancellationToken), failure => throw failure, cancellationToken);
        return await RevertAsync(home, to, allowDataLoss, cancellationToken);
    }

    /// <summary>An earlier version would look for tenants in the shared database that are not there.</summary>
    private async Task RefuseToForgetAsync(NpgsqlConnection home, string to, CancellationToken cancellationToken)
    {
        await using var context = contexts.Over(home);
        var history = await MigrationHistory.ReadAsync(context, cancellationToken);
        if (history.Applied.Any(id => id.EndsWith(Placements, StringComparison.Ordinal) && string.CompareOrdinal(id, history.FindApplied(to)) > 0)
            && (await Placing.Placements.ReadAsync(home, null, cancellationToken)).Any(placement => placement.Database is not null))
        {
            throw new MigrationFailedException("Tenants live in databases of their own, of which an earlier version knows nothing: 'place --home' them first; nothing was changed.");
        }
    }

    private async Task<int> RevertAsync(NpgsqlConnection connection, string to, bool allowDataLoss, CancellationToken cancellationToken)
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
