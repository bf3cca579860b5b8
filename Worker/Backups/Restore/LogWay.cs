using NpgsqlTypes;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>
/// Which segments a recovery goes through, from a base backup along a timeline's way: tells the end of the log from a gap in it, which
/// the server cannot.
/// </summary>
public sealed class LogWay
{
    private readonly LogShelf shelf;
    private readonly TimelineHistory history;
    private readonly ulong ownUntil;

    /// <param name="shelf">What there is.</param>
    /// <param name="history">The way to the timeline.</param>
    /// <param name="own">The log that the base backup brings itself.</param>
    public LogWay(LogShelf shelf, TimelineHistory history, WalSpan own)
    {
        (this.shelf, this.history) = (shelf, history);
        First = Of(NpgsqlLogSequenceNumber.Parse(own.StartLsn), own.Timeline);
        ownUntil = Of(NpgsqlLogSequenceNumber.Parse(own.StopLsn), own.Timeline).Number;
        Last = shelf.Segments.Where(IsOnIt).Select(segment => segment.Number).Append(ownUntil).Max();
    }

    /// <summary>Where the recovery begins.</summary>
    public WalSegment First { get; }

    /// <summary>Number of the last segment that there is, at least in part.</summary>
    public ulong Last { get; }

    /// <summary>Name of that segment.</summary>
    public string LastFileName => (Of(Last) ?? First with { Number = Last }).FileName;

    /// <summary>The timeline it leads to.</summary>
    public uint Timeline => history.Timeline;

    /// <summary>The segment of a number as the server will want it: of the newest timeline that has it; null when none has.</summary>
    public WalSegment? Of(ulong number) => history.NewestFirst.Select(timeline => First with { Timeline = timeline, Number = number })
        .Where(segment => IsOnIt(segment) && shelf.Find(segment.FileName).Count > 0).Cast<WalSegment?>().FirstOrDefault();

    /// <summary>
    /// What is wrong when a segment is missing, or there only in part: later ones are there, and the server would take this for the end of
    /// the log. Null when it is the end, or when the base backup brought the segment.
    /// </summary>
    public string? GapAt(WalSegment wanted)
    {
        if (wanted.Number >= Last || wanted.Number <= ownUntil || history.NewestFirst.Any(timeline => IsWhole(wanted with { Timeline = timeline })))
        {
            return null;
        }

        var next = Enumerable.Range(1, (int)Math.Min(Last - wanted.Number, int.MaxValue)).Select(step => Of(wanted.Number + (ulong)step)).First(segment => segment is not null);
        return $"Segment {wanted.FileName} of the log {(shelf.Find(wanted.FileName).Count > 0 ? "is there only in part" : "is missing")}, though {next!.Value.FileName} is there: the log cannot be replayed beyond {wanted.Start}.";
    }

    /// <summary>The first gap at all.</summary>
    public string? FirstGap()
    {
        for (var number = ownUntil + 1; number < Last; number++)
        {
            if (GapAt(Of(number) ?? First with { Timeline = history.NewestFirst.First(timeline => IsOnIt(First with { Timeline = timeline, Number = number })), Number = number }) is { } gap)
            {
                return gap;
            }
        }

        return null;
    }

    /// <summary>Whether a recovery that ended at a position has seen the last segment there is, or what is there of it holds no whole record.</summary>
    public bool IsEnd(NpgsqlLogSequenceNumber position)
    {
        var reached = ((ulong)position == 0 ? 0 : (ulong)position - 1) / (ulong)First.SegmentSize;
        return reached >= Last || (reached + 1 == Last && (((ulong)position % (ulong)First.SegmentSize) == 0 || !IsWhole(Last)));
    }

    private bool IsWhole(ulong number) => history.NewestFirst.Any(timeline => IsWhole(First with { Timeline = timeline, Number = number }));

    private bool IsWhole(WalSegment segment) => IsOnIt(segment) && shelf.Find(segment.FileName).Any(file => file.IsWhole);

    private bool IsOnIt(WalSegment segment)
    {
        var branches = history.Ancestors.Where(branch => branch.Timeline == segment.Timeline).ToList();
        return segment.Number >= First.Number
            && (segment.Timeline == history.Timeline || branches.Count > 0)
            && segment.Number >= (ulong)history.BeginOf(segment.Timeline) / (ulong)First.SegmentSize
            && branches.All(branch => segment.Number <= (ulong)branch.End / (ulong)First.SegmentSize);
    }

    private WalSegment Of(NpgsqlLogSequenceNumber position, uint timeline) => WalSegment.Of(position, timeline, shelf.SegmentSize);
}
