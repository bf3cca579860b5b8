using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Mail;

/// <summary>
/// Delivers what waits in the queue, a few mails at once, so that one whose receiver's server is slow does not hold up the
/// others. A failed try is repeated after a pause that grows fourfold. A stop closes the queue and delivers what is in it
/// without pauses, for as long as the host waits.
/// </summary>
public sealed partial class MailDelivery(
    MailQueue queue, IMailTransport transport, MailMetrics metrics, IOptions<MailOptions> options, TimeProvider time, ILogger<MailDelivery> logger)
    : IHostedService, IDisposable
{
    private const int AtOnce = 4;
    private const int PauseGrowth = 4;

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborted = new();
    private Task _running = Task.CompletedTask;

    private Task? _stopped;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(RunAsync, CancellationToken.None)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // A host may be told to stop twice, and disposes everything after either: both wait for the one stop.
        lock (_stopping)
        {
            return _stopped ??= StopOnceAsync(cancellationToken);
        }
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        queue.Close();
        await _stopping.CancelAsync();
        await using (cancellationToken.Register(_aborted.Cancel))
        {
            await _running;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _aborted.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var mail in queue.Waiting.ReadAllAsync(CancellationToken.None))
        {
            await DeliverAsync(mail);
        }
    }

    private async Task DeliverAsync(Mail mail)
    {
        var pause = options.Value.FirstPause;
        for (var attempt = 1; !_aborted.IsCancellationRequested; attempt++, pause *= PauseGrowth)
        {
            var outcome = await TryAsync(mail);
            if (outcome.Kind == MailOutcomeKind.Delivered)
            {
                metrics.Sent();
                return;
            }

            if (outcome.Kind == MailOutcomeKind.Refused || attempt >= options.Value.Attempts)
            {
                metrics.Lost(outcome.Kind == MailOutcomeKind.Refused ? "refused" : "gave_up");
                LogLost(mail.Id, attempt, outcome.Reason);
                return;
            }

            metrics.Retried();
            LogRetry(mail.Id, attempt, outcome.Reason, pause);
            await PauseAsync(pause);
        }

        metrics.Lost("stopped");
        LogLost(mail.Id, 0, "the process stops");
    }

    private async Task<MailOutcome> TryAsync(Mail mail)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_aborted.Token);
        timeout.CancelAfter(options.Value.Timeout);
        try
        {
            return await transport.DeliverAsync(mail, timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return MailOutcome.Later($"no answer within {options.Value.Timeout}");
        }
#pragma warning disable CA1031 // A defect in a transport must not end the delivery of all other mails.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogDefect(exception, mail.Id);
            return MailOutcome.Refused(exception.GetType().Name);
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The process stops: the next try is made at once.
        }
    }

    [LoggerMessage(LogLevel.Warning, "{MailId} could not be delivered in try {Attempt}: {Reason}; tried again in {Pause}")]
    private partial void LogRetry(Guid mailId, int attempt, string reason, TimeSpan pause);

    [LoggerMessage(LogLevel.Error, "{MailId} is lost after {Attempts} tries: {Reason}")]
    private partial void LogLost(Guid mailId, int attempts, string reason);

    [LoggerMessage(LogLevel.Error, "{MailId} could not be delivered")]
    private partial void LogDefect(Exception exception, Guid mailId);
}
