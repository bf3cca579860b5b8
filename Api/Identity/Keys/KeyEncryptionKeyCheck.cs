using System.Security.Cryptography;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Reads the signing keys before the service starts. A database that is away does not keep it from starting, for it heals by
/// itself; a key encryption key that does not fit does, for nobody could sign in.
/// </summary>
internal sealed partial class KeyEncryptionKeyCheck(SigningKeyRing ring, ILogger<KeyEncryptionKeyCheck> logger) : IStartCheck
{
    public async Task<IReadOnlyList<string>> FaultsAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Bounded by the connection's own timeouts: a limit of ours would also count the time that a slow machine takes to
            // get here, and a service would start with a key that does not fit.
            await ring.CurrentAsync(cancellationToken);
        }
        catch (CryptographicException)
        {
            return
            [
                "Identity:KeyEncryptionKey is not the one that the signing keys in the database were wrapped with. Give back the former one, or "
                + "name it in Identity:PreviousKeyEncryptionKeys; if it is lost, empty the table signing_keys as an administrator, after which everybody signs in again.",
            ];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogLater(exception.GetBaseException().Message);
        }

        return [];
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys could not be read, which will be tried again: {Reason}")]
    private partial void LogLater(string reason);
}
