using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Verification;

/// <summary>The write-ahead log of one cluster in a store, by its names alone.</summary>
public sealed class StoredLog
{
    private const ulong EndOfBackup = 16;
    private readonly IReadOnlyList<(WalObject Log, StoredObject Stored)> objects;
    private readonly IReadOnlyList<WalGap> lost;

    /// <summary>Of objects that were listed.</summary>
    /// <param name="systemId">System identifier, decimal.</param>
    /// <param name="listed">May hold other objects too.</param>
    public StoredLog(string systemId, IEnumerable<StoredObject> listed)
    {
        SystemId = systemId;
        var all = listed.ToList();
        objects = [.. all.Select(stored => (Log: WalObject.TryParse(stored.Name)!, stored)).Where(each => each.Log?.SystemId == systemId)];
        lost = [.. all.Select(stored => WalGap.TryParse(stored.Name)).OfType<WalGap>().Where(gap => gap.SystemId == systemId)];
    }

    /// <summary>The cluster.</summary>
    public string SystemId { get; }

    /// <summary>What there is.</summary>
    public IEnumerable<(WalObject Log, StoredObject Stored)> Objects => objects;

    /// <summary>Asks the store.</summary>
    public static async Task<StoredLog> ReadAsync(IObjectStore store, string systemId, CancellationToken cancellationToken)
    {
        var listed = new List<StoredObject>();
        await foreach (var stored in store.ListAsync(WalObject.PrefixOf(systemId), cancellationToken))
        {
            listed.Add(stored);
        }

        return new StoredLog(systemId, listed);
    }

    /// <summary>The segment in which a base backup begins.</summary>
    public static WalSegment StartOf(WalSpan span) => WalSegment.Of(NpgsqlLogSequenceNumber.Parse(span.StartLsn), span.Timeline, span.SegmentSize);

    /// <summary>The segment of the last byte that a base backup must have.</summary>
    public static WalSegment StopOf(WalSpan span) =>
        WalSegment.Of(new NpgsqlLogSequenceNumber((ulong)NpgsqlLogSequenceNumber.Parse(span.StopLsn) - 1), span.Timeline, span.SegmentSize);

    /// <summary>The objects without which a base backup is of no use, and a sentence for each that is missing.</summary>
    public (IReadOnlyList<StoredObject> Needed, IReadOnlyList<string> Missing) Span(StoredBackup backup)
    {
        var (needed, missing) = (new List<StoredObject>(), new List<string>());
        var span = backup.Wal!;
        for (var segment = StartOf(span); segment.Number <= StopOf(span).Number; segment = segment.Next)
        {
            var there = objects.Where(each => each.Log.FileName == segment.FileName && Suffices(each.Log, segment, span)).Select(each => each.Stored).ToList();
            needed.AddRange(there);
            if (there.Count == 0)
            {
                missing.Add($"{WalObject.PrefixOf(SystemId)}{segment.FileName} is missing: the base backup {backup.Id} is of no use without it.");
            }
        }

        return (needed, missing);
    }

    /// <summary>A sentence for each gap that was recorded behind one of some base backups: log that nobody has any more.</summary>
    public IReadOnlyList<string> Lost(IReadOnlyList<StoredBackup> bases) =>
    [
        .. from gap in lost
           let before = bases.Where(backup => backup.Wal is { } span && WalSegment.TryParse(gap.From, span.SegmentSize)!.Value.Number >= StartOf(span).Number).Select(backup => backup.Id).ToList()
           where before.Count > 0
           select $"The log from {gap.From} until {gap.To} was lost, and recorded as lost: from {string.Join(", ", before)} nothing behind it can be restored.",
    ];

    /// <summary>
    /// What is missing since some base backups, each of which shall reach as far as there is log: holes within a timeline, between one
    /// and the next, and histories, but for recorded gaps. What is missing at the very end no name tells; that is the lag, which the Worker watches.
    /// </summary>
    public IReadOnlyList<string> Gaps(IReadOnlyList<StoredBackup> bases)
    {
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var span in bases.Select(backup => backup.Wal).OfType<WalSpan>())
        {
            var start = StartOf(span);
            var timelines = (
                from each in objects
                where each.Log.Kind != WalObjectKind.History
                let segment = WalSegment.TryParse(each.Log.FileName, span.SegmentSize)
                where segment is { } known && known.Timeline >= span.Timeline && known.Number >= start.Number
                group segment.Value.Number by segment.Value.Timeline into timeline
                orderby timeline.Key
                select (Timeline: timeline.Key, Numbers: timeline.ToHashSet())).ToList();
            var reached = start.Number;
            foreach (var (timeline, numbers) in timelines)
            {
                for (var number = Math.Min(reached, numbers.Min()); number <= numbers.Max(); number++)
                {
                    var segment = new WalSegment(timeline, number, span.SegmentSize);
                    if (!numbers.Contains(number) && (number >= numbers.Min() || number >= reached) && !lost.Any(gap => gap.Holds(segment)))
                    {
                        Missing(segment.FileName);
                    }
                }

                reached = Math.Max(reached, numbers.Max() + 1);
                if (timeline > span.Timeline && !objects.Any(each => each.Log.FileName == TimelineHistory.FileName(timeline)))
                {
                    Missing(TimelineHistory.FileName(timeline));
                }
            }
        }

        return [.. missing.Values];

        void Missing(string file) => missing[file] = $"{WalObject.PrefixOf(SystemId)}{file} is missing: nothing after it can be restored from a base backup before it.";
    }

    /// <summary>Of the last one a part may do. The record that ends a backup ends with zeros, which are not counted as reached.</summary>
    private static bool Suffices(WalObject log, WalSegment segment, WalSpan span) =>
        log.Kind == WalObjectKind.Segment
        || (log.Kind == WalObjectKind.Partial && segment.Number == StopOf(span).Number
            && (ulong)log.Reach + EndOfBackup >= (ulong)NpgsqlLogSequenceNumber.Parse(span.StopLsn) - (ulong)segment.Start);
}
