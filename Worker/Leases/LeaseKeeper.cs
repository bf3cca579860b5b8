namespace ProductionReady.Worker.Leases;

/// <summary>
/// Renews a lease while its job runs, and cancels <see cref="Lost"/> when another Worker may have it: the database says so,
/// or nothing was heard from the database for as long as the lease lasts.
/// </summary>
public sealed partial class LeaseKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource done = new();
    private readonly ILogger logger;
    private readonly Task renewing;

    /// <summary>Begins to renew, at a third of <paramref name="duration"/>; until disposed.</summary>
    public LeaseKeeper(Lease lease, LeaseStore store, TimeSpan duration, TimeProvider clock, ILogger logger)
    {
        this.logger = logger;
        renewing = RenewAsync(lease, store, duration, clock);
    }

    /// <summary>Cancelled when the lease may be another's.</summary>
    public CancellationToken Lost => lost.Token;

    public async ValueTask DisposeAsync()
    {
        await done.CancelAsync();
        await renewing;
        done.Dispose();
        lost.Dispose();
    }

    private async Task RenewAsync(Lease lease, LeaseStore store, TimeSpan duration, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(duration / 3, clock);
        var renewedAt = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(done.Token))
            {
                // Taken before asking: the database counts from a moment that is no earlier.
                var askedAt = clock.GetTimestamp();
                try
                {
                    if (!await store.RenewAsync(lease, done.Token))
                    {
                        await lost.CancelAsync();
                        return;
                    }

                    renewedAt = askedAt;
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogNotRenewed(lease.Job, lease.Shard, error);
                    if (clock.GetElapsedTime(renewedAt) >= duration)
                    {
                        await lost.CancelAsync();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // The run is over; the lease is given back by whoever finishes it.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on {Job}/{Shard} could not be renewed; trying again while it lasts.")]
    private partial void LogNotRenewed(string job, string shard, Exception error);
}
