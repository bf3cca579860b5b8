using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Reads the signing keys before the first request. A database that is away does not keep the service from starting, for it
/// heals by itself; a key encryption key that does not fit does, for nobody could sign in. Reads them again from time to time.
/// </summary>
internal sealed partial class LoadSigningKeys(SigningKeyRing ring, TimeProvider time, ILogger<LoadSigningKeys> logger) : BackgroundService
{
    private static readonly TimeSpan WaitAtMost = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(WaitAtMost);
        try
        {
            await ring.CurrentAsync(limit.Token);
        }
        catch (CryptographicException)
        {
            throw new OptionsValidationException(
                IdentityOptions.Section,
                typeof(IdentityOptions),
                [
                    "Identity:KeyEncryptionKey is not the one that the signing keys in the database were wrapped with. Give back the former one; "
                    + "if it is lost, empty the table signing_keys as an administrator, after which everybody signs in again.",
                ]);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogLater(exception.GetBaseException().Message);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SigningKeyRing.RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ring.RefreshAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(exception.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys could not be read, which will be tried again: {Reason}")]
    private partial void LogLater(string reason);
}
