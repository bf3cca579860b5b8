using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>Which segments of the write-ahead log of one cluster the kept base backups need.</summary>
/// <param name="continuous">Base backups from which any later second shall be restored.</param>
/// <param name="others">Base backups that shall be restored as they are.</param>
public sealed class KeptLog(IReadOnlyList<StoredBackup> continuous, IReadOnlyList<StoredBackup> others)
{
    /// <summary>Whether there is a base backup that log can belong to.</summary>
    public bool HasBase => continuous.Count + others.Count > 0;

    /// <summary>Whether an object is needed. Histories of timelines always are: they are small.</summary>
    public bool Needs(WalObject log) =>
        log.Kind == WalObjectKind.History
        || continuous.Any(backup => IsFrom(backup.Wal!, log))
        || others.Any(backup => IsWithin(backup.Wal!, log));

    /// <summary>From where its own timeline, or one that left it, goes on.</summary>
    private static bool IsFrom(WalSpan span, WalObject log) =>
        WalSegment.TryParse(log.FileName, span.SegmentSize) is not { } segment
        || (segment.Timeline >= span.Timeline && segment.Number >= StoredLog.StartOf(span).Number);

    private static bool IsWithin(WalSpan span, WalObject log) =>
        WalSegment.TryParse(log.FileName, span.SegmentSize) is not { } segment
        || (segment.Timeline == span.Timeline && segment.Number >= StoredLog.StartOf(span).Number && segment.Number <= StoredLog.StopOf(span).Number);
}
