namespace ProductionReady.Api.Identity.Keys;

/// <summary>Reads the signing keys again from time to time.</summary>
internal sealed partial class ReloadSigningKeys(SigningKeyRing ring, TimeProvider time, ILogger<ReloadSigningKeys> logger) : BackgroundService
{
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
