namespace ProductionReady.Worker.Backups.Checks;

/// <summary>One thing that was looked at in a recovered cluster.</summary>
/// <param name="Check">What, in a few words.</param>
/// <param name="Problems">One sentence each; none means passed.</param>
public sealed record CheckOutcome(string Check, IReadOnlyList<string> Problems)
{
    /// <summary>No problem was found.</summary>
    public bool Passed => Problems.Count == 0;
}
