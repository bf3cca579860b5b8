using ProductionReady.Worker.Backups.Checks;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>What a restore came to.</summary>
/// <param name="Target">What was asked for.</param>
/// <param name="Location">Where it is now, for people.</param>
/// <param name="BaseId">The base backup it began with.</param>
/// <param name="Point">How far the log was replayed.</param>
/// <param name="Took">From the beginning until it could be read.</param>
/// <param name="Databases">What is in them.</param>
/// <param name="Checks">What was looked at beside.</param>
public sealed record RestoreReport(
    RecoveryTarget Target, string Location, string BaseId, RecoveryPoint Point, TimeSpan Took, IReadOnlyList<DatabaseCheck> Databases, IReadOnlyList<CheckOutcome> Checks)
{
    /// <summary>All checks, of the cluster and of its databases.</summary>
    public IReadOnlyList<CheckOutcome> All => [.. Databases.SelectMany(database => database.Checks), .. Checks];

    /// <summary>Nothing was found wrong.</summary>
    public bool Passed => All.All(check => check.Passed);
}
