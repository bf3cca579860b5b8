using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Keeps <see cref="RevocationMemory"/> in step with the database, four times a second, so that a revocation holds in every
/// instance within a second and a request passes without asking anybody. While the database does not answer, the memory is
/// not trusted, and <see cref="SessionCheck"/> asks it at each request.
/// </summary>
public sealed partial class RevocationFeed(
    RevocationReader reader, RevocationMemory memory, SigningKeyRing keys, TimeProvider time, ILogger<RevocationFeed> logger) : BackgroundService
{
    /// <summary>How often the database is asked.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<Guid> _keyChanges = [];
    private bool _saidLost;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
                SayFound();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                SayLost(exception.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        var (rows, askedAt) = await reader.ReadIntoAsync(memory, time, stoppingToken);

        // Trusted only when the keys are read, too: what a withdrawn key signed is as good as revoked.
        var changes = rows.Where(row => row.Revoked.Subject == RevocationSubjects.SigningKeys).Select(row => row.Id).ToHashSet();
        if (!changes.IsSubsetOf(_keyChanges))
        {
            await keys.RefreshAsync(stoppingToken);
            _keyChanges.UnionWith(changes);
        }

        memory.Compared(askedAt);
        memory.Prune();
    }

    private void SayLost(string reason)
    {
        if (!_saidLost)
        {
            _saidLost = true;
            LogLost(reason);
        }
    }

    private void SayFound()
    {
        if (_saidLost)
        {
            _saidLost = false;
            LogFound();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database does not say what was revoked ({Reason}): each request asks it until it does")]
    private partial void LogLost(string reason);

    [LoggerMessage(LogLevel.Information, "The database says again what was revoked")]
    private partial void LogFound();
}
