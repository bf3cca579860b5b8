namespace ProductionReady.Api.Identity.Keys;

/// <summary>Finds public keys by id.</summary>
public interface IVerificationKeys
{
    /// <summary>The key, or null when no such key is known.</summary>
    ValueTask<VerificationKey?> FindAsync(string kid, CancellationToken cancellationToken);

    /// <summary>Whether a key that was found before is still accepted; asks nobody.</summary>
    bool IsAccepted(string kid);
}
