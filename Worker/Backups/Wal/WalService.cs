using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Worker.Leases;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Receives and stores the write-ahead log for as long as the Worker runs. Of several Workers the one with the lease receives; each
/// stores what its own spool holds. Workers that share a spool take turns with all of it.
/// </summary>
public sealed partial class WalService(
    WalSpool spool, WalShipper shipper, WalReceiving receiving, WalStatus status, LeaseStore leases, IOptions<WalOptions> options,
    IOptions<LeaseOptions> leasing, TimeProvider clock, ILogger<WalService> logger) : BackgroundService
{
    /// <summary>The job under which the right to receive is leased.</summary>
    public const string Job = "wal";

    private const string Shard = "cluster";

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
        {
            status.Update(state => state with { Phase = WalPhase.Off });
            return;
        }

        await Task.Yield();
        using var taken = await LockAsync(stoppingToken);
        if (taken is null)
        {
            return;
        }

        // Ends after the receiver, so that the last of what was received is stored too.
        using var received = new CancellationTokenSource();
        var shipping = shipper.RunAsync(received.Token);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReceiveAsync(stoppingToken);
            }
            catch (Exception failed) when (!stoppingToken.IsCancellationRequested)
            {
                LogNoLease(failed.Message);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.WhenAny(Task.Delay(leasing.Value.PollInterval, clock, stoppingToken));
        }

        await received.CancelAsync();
        await shipping;
    }

    private async Task<IDisposable?> LockAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (spool.TryLock() is { } taken)
                {
                    return taken;
                }
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                LogNoSpool(failed.Message);
                status.Update(state => state with { Phase = WalPhase.Failing, Problem = failed.Message });
            }

            await Task.WhenAny(Task.Delay(leasing.Value.PollInterval, clock, stopping));
        }

        return null;
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        await leases.ScheduleAsync(Job, [Shard], DateTimeOffset.UnixEpoch, stopping);
        if (await leases.TryClaimAsync(Job, [Shard], onlyDue: false, stopping) is not { } lease)
        {
            return;
        }

        LogClaimed();
        bool lost;
        await using (var keeper = new LeaseKeeper(lease, leases, leasing.Value.Duration, clock, logger))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, keeper.Lost);
            await receiving.RunAsync(lease, either.Token);
            lost = keeper.Lost.IsCancellationRequested;
        }

        try
        {
            await leases.FinishAsync(lease, lost ? JobOutcome.Lost : JobOutcome.Interrupted, new JsonObject(), nextDue: null, CancellationToken.None);
        }
        catch (NpgsqlException unreachable)
        {
            LogNoLease(unreachable.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This Worker receives the write-ahead log.")]
    private partial void LogClaimed();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who receives the write-ahead log could not be settled: {Reason} Trying again.")]
    private partial void LogNoLease(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The spool cannot be used: {Reason} Trying again.")]
    private partial void LogNoSpool(string reason);
}
