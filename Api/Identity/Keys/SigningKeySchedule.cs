using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Reads the signing keys again from time to time, and makes the next one when it is due. The Api does this, as it alone has the
/// key encryption key.
/// </summary>
internal sealed partial class SigningKeySchedule(
    SigningKeyRing ring, IServiceScopeFactory scopes, IOptions<IdentityOptions> options, TimeProvider time, ILogger<SigningKeySchedule> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SigningKeys.RefreshEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateIfDueAsync(stoppingToken);
                await ring.RefreshAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(exception.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The signing keys could not be read or renewed, which will be tried again: {Reason}")]
    private partial void LogLater(string reason);
}
