namespace ProductionReady.Api.Tenants.Import;

/// <summary>An archive is not taken: nothing of it was stored.</summary>
/// <param name="place">The file, with a colon and the line where it is one line's fault; <c>archive</c> for the whole.</param>
/// <param name="reason">For a person.</param>
public sealed class ArchiveRefusedException(string place, string reason) : Exception($"{place}: {reason}")
{
    /// <summary>Where.</summary>
    public string Place { get; } = place;

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
