using ProductionReady.MigrationService.Placing;

namespace ProductionReady.MigrationService;

internal enum Verb
{
    Up,
    Down,
    Status,
    Validate,
    Seed,
    PlatformAdmin,
    Place,
}

/// <summary>What the command line asked for.</summary>
internal sealed record VerbRequest(
    Verb Verb, TimeSpan ServerWait, TimeSpan LockWait, string? To = null, bool AllowDataLoss = false, bool Force = false, string? Email = null, PlaceRequest? Place = null)
{
    /// <summary>Whether it changes the database; such verbs run one at a time.</summary>
    public bool Changes => Verb is Verb.Up or Verb.Down or Verb.Seed or Verb.PlatformAdmin or Verb.Place;
}
