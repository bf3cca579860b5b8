using System.Threading.Channels;
using ProductionReady.Api.Audit;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>A reset that somebody asked for.</summary>
/// <param name="Tenant">Slug, as it was given.</param>
/// <param name="Email">Address, as it was given.</param>
/// <param name="Origin">Who asked, for the audit.</param>
public sealed record WantedReset(string Tenant, string Email, AuditOrigin Origin)
{
    /// <summary>Without the address, for records print their members.</summary>
    public override string ToString() => nameof(WantedReset);
}

/// <summary>
/// Resets that were asked for and are not issued yet, issued one after the other. Bounded: more than it holds are dropped and
/// logged; whoever needs one asks again. A stop issues what waits.
/// </summary>
public sealed partial class PasswordResetQueue(IServiceScopeFactory scopes, ILogger<PasswordResetQueue> logger) : IHostedService
{
    private const int Capacity = 1_000;

    private readonly Channel<WantedReset> _wanted = Channel.CreateBounded<WantedReset>(Capacity);
    private Task _running = Task.CompletedTask;

    /// <summary>Adds one and returns at once.</summary>
    public void Add(WantedReset reset)
    {
        if (!_wanted.Writer.TryWrite(reset))
        {
            LogDropped();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _wanted.Writer.TryComplete();
        return _running.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        await foreach (var reset in _wanted.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<PasswordResetIssue>().IssueAsync(reset, CancellationToken.None);
            }
#pragma warning disable CA1031 // One that fails, as while the database is away, must not end the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A password reset was dropped: too many wait")]
    private partial void LogDropped();

    [LoggerMessage(LogLevel.Error, "A password reset could not be issued; its user has to ask again")]
    private partial void LogFailed(Exception exception);
}
