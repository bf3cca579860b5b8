namespace ProductionReady.ServiceDefaults.Configuration;

/// <summary>
/// Finds out what only a look outside can tell, such as whether a secret fits what is stored. Asked after the options were
/// found good and before any hosted service starts: a host that fails while it starts logs a stack trace.
/// </summary>
public interface IStartCheck
{
    /// <summary>One sentence for each reason not to start, naming the key; empty when there is none.</summary>
    Task<IReadOnlyList<string>> FaultsAsync(CancellationToken cancellationToken);
}
