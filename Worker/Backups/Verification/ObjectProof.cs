using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Verification;

/// <summary>Reads an object to its end and compares it with its name. Needs no private key.</summary>
internal static class ObjectProof
{
    /// <param name="store">Where it is.</param>
    /// <param name="name">Which.</param>
    /// <param name="size">Bytes it should have, where that is known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One sentence that names it; null when it is whole.</returns>
    public static async Task<string?> ProblemOfAsync(IObjectStore store, ObjectName name, long? size, CancellationToken cancellationToken)
    {
        try
        {
            await using var stored = await store.OpenAsync(name, cancellationToken);
            var found = await HashedCopy.RunAsync(stored, Stream.Null, cancellationToken);
            return size is { } expected && found.Size != expected ? $"{name} has {found.Size} bytes instead of {expected}."
                : found.Sha256 != name.Sha256 ? $"{name} is damaged: its SHA-256 is {found.Sha256}."
                : null;
        }
        catch (BackupProblemException problem)
        {
            return problem.Message;
        }
        catch (IOException unreadable)
        {
            return $"{name} cannot be read in {store.Location}: {unreadable.Message}";
        }
    }
}
