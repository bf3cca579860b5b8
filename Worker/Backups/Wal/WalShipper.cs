using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Brings what is in the spool into the store: finished segments as soon as they are there, the unfinished one every few seconds
/// when it grew. Needs neither the server nor the right to receive: what a lost server left in the spool is stored too.
/// </summary>
public sealed partial class WalShipper(
    WalSpool spool, StoredWal stored, WalShipment shipment, WalStatus status, IOptions<WalOptions> options, TimeProvider clock, ILogger<WalShipper> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastWithin = TimeSpan.FromSeconds(15);
    private const int AtOnce = 2;

    private long? partialsSeen;

    /// <summary>Runs until asked to stop, and then once more.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff(clock, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));
        while (!stopping.IsCancellationRequested)
        {
            var pause = Look;
            try
            {
                await ShipAsync(partialsToo: PartialsAreDue(), stopping);
                if (backoff.Failures > 0)
                {
                    LogStoreAnswers(backoff.Failures);
                }

                backoff.Succeeded();
                status.Update(state => state with { StoreProblem = null });
            }
            catch (Exception failed) when (!stopping.IsCancellationRequested)
            {
                pause = backoff.Failed();
                if (status.Current.StoreProblem != failed.Message)
                {
                    LogNotStored(failed.Message);
                }

                status.Update(state => state with { StoreProblem = failed.Message });
            }
            catch (OperationCanceledException)
            {
                break;
            }

            await Task.WhenAny(Task.Delay(pause, clock, stopping));
        }

        await ShipLastAsync();
    }

    /// <summary>A Worker that is stopped leaves nothing behind that the store could have.</summary>
    private async Task ShipLastAsync()
    {
        using var bound = new CancellationTokenSource(LastWithin, clock);
        try
        {
            await ShipAsync(partialsToo: true, bound.Token);
        }
        catch (Exception failed)
        {
            LogNotStored(failed.Message);
        }
    }

    private bool PartialsAreDue() => partialsSeen is not { } seen || clock.GetElapsedTime(seen) >= options.Value.PartialEvery;

    private async Task ShipAsync(bool partialsToo, CancellationToken cancellationToken)
    {
        await stored.LearnAsync(cancellationToken);
        var lookedAt = clock.GetTimestamp();
        ExceptionDispatchInfo? failure = null;
        foreach (var systemId in spool.SystemIds())
        {
            try
            {
                await ShipAsync(systemId, partialsToo, cancellationToken);
            }
            catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
            {
                // What is left of another cluster must not hold up this one.
                failure ??= ExceptionDispatchInfo.Capture(failed);
            }
        }

        failure?.Throw();
        if (partialsToo)
        {
            partialsSeen = lookedAt;
        }

        await shipment.DeleteOutdatedAsync(cancellationToken);
    }

    private async Task ShipAsync(string systemId, bool partialsToo, CancellationToken cancellationToken)
    {
        // Asked for before the files are looked at: what the server was told is in them.
        var received = status.ReceivedOf(systemId);
        var files = spool.Files(systemId);
        foreach (var history in files.Where(file => file.IsHistory))
        {
            await shipment.StoreWholeAsync(systemId, history, cancellationToken);
        }

        await Parallel.ForEachAsync(
            files.Where(file => file is { IsHistory: false, IsPartial: false }),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (file, token) =>
            {
                await shipment.StoreWholeAsync(systemId, file, token);
                File.Delete(file.Path);
            });
        PutAside(systemId, files);
        if (partialsToo)
        {
            var now = spool.Files(systemId).Where(file => !file.IsHistory).ToList();
            await Task.WhenAll(now.Where(file => file.IsPartial).Select(file => shipment.StorePartialAsync(systemId, file, cancellationToken)));
            if (now.All(file => file.IsPartial))
            {
                status.Stored(systemId, received);
            }
        }

        await StoreAsideAsync(systemId, cancellationToken);
    }

    /// <summary>An unfinished segment behind the newest file will never be finished: the server has gone on on another timeline.</summary>
    private void PutAside(string systemId, IReadOnlyList<SpoolFile> files)
    {
        foreach (var left in files.Where(file => file.IsPartial && string.CompareOrdinal(file.Order, files[^1].Order) < 0))
        {
            spool.PutAside(systemId, left);
        }
    }

    private async Task StoreAsideAsync(string systemId, CancellationToken cancellationToken)
    {
        foreach (var file in spool.FilesAside(systemId))
        {
            await (file.IsPartial ? shipment.StorePartialAsync(systemId, file, cancellationToken) : shipment.StoreWholeAsync(systemId, file, cancellationToken));
            Directory.Delete(Path.GetDirectoryName(file.Path)!, recursive: true);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Write-ahead log is not stored: {Reason} It stays in the spool; trying again.")]
    private partial void LogNotStored(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Write-ahead log is stored again, after {Failures} failures.")]
    private partial void LogStoreAnswers(int failures);
}
