using System.Text.RegularExpressions;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>What is done and said when the log is not whole any more: loudly, recorded in the store, and a new base backup asked for.</summary>
public sealed partial class WalBreak(WalGaps gaps, IBaseBackupRequest baseBackup, WalStatus status, ILogger<WalBreak> logger)
{
    private string? wanted;

    /// <summary>Slots that were made anew begin a log that no base backup may precede yet.</summary>
    public async Task SlotsAreEnsuredAsync(EnsuredSlots ensured, CancellationToken cancellationToken)
    {
        if (ensured.Lost.Count > 0)
        {
            LogLost(string.Join(" and ", ensured.Lost));
        }

        if (ensured.IsNew)
        {
            await WantBaseBackupAsync("the log begins anew", cancellationToken);
        }
    }

    /// <summary>The store was away for so long that the server gave up waiting for it; the spool has what the server let go.</summary>
    public async Task StoreSlotLostAsync(CancellationToken cancellationToken)
    {
        LogStoreSlotLost();
        await WantBaseBackupAsync("the server no longer keeps what the store lacks", cancellationToken);
    }

    /// <summary>Log was lost for good. Said once for each gap.</summary>
    public async Task GapAsync(string systemId, WalSegment from, WalSegment to, CancellationToken cancellationToken)
    {
        if (!await gaps.RecordAsync(new WalGap(systemId, from.FileName, to.FileName), cancellationToken))
        {
            return;
        }

        LogGap(systemId, from.FileName, to.FileName);
        status.Update(state => state with { Gaps = state.Gaps + 1 });
        await WantBaseBackupAsync($"the log from {from.FileName} to {to.FileName} is lost", cancellationToken);
    }

    /// <summary>Asks again for a base backup that nobody could be asked for yet.</summary>
    public async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        if (wanted is { } reason && await baseBackup.RequestAsync(reason, cancellationToken))
        {
            wanted = null;
        }
    }

    /// <summary>Whether the server said, in whatever language, that it does not have a segment any more.</summary>
    public static bool SaysRemoved(ChildFailedException gone, WalSegment segment) =>
        Regex.IsMatch(gone.Message, $@"{segment.FileName}(?!\{SpoolFile.PartialSuffix})\b");

    /// <summary>One sentence for the operator.</summary>
    public static string Sentence(Exception failed, string spool) => failed switch
    {
        ChildFailedException when failed.Message.Contains("No space left on device", StringComparison.Ordinal) || failed.Message.Contains("Disk quota exceeded", StringComparison.Ordinal) =>
            $"The disk of the spool {spool} is full; the server keeps its log meanwhile, up to max_slot_wal_keep_size.",
        OperationCanceledException => "Another server answers where the log was received from.",
        _ => failed.Message,
    };

    private Task WantBaseBackupAsync(string reason, CancellationToken cancellationToken)
    {
        wanted = reason;
        return AskAgainAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The server gave up the replication slot {Slots}: more log was written than max_slot_wal_keep_size lets it keep. It is made anew.")]
    private partial void LogLost(string slots);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The server gave up the replication slot that follows the store: until the store answers, the log it lacks is in this Worker's spool alone.")]
    private partial void LogStoreSlotLost();

    [LoggerMessage(Level = LogLevel.Critical, Message = "The write-ahead log of {SystemId} from {From} until before {To} is lost: no recovery from a base backup before it passes it. A new base backup is asked for.")]
    private partial void LogGap(string systemId, string from, string to);
}
