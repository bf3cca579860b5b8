using System.Globalization;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// The way to a timeline: its ancestors, each with the place where the next one branched off (PostgreSQL, "Timelines"). A server that
/// was recovered goes on with a timeline of its own, and its history file says so.
/// </summary>
/// <param name="Timeline">The timeline it leads to.</param>
/// <param name="Ancestors">Oldest first.</param>
public sealed record TimelineHistory(uint Timeline, IReadOnlyList<TimelineBranch> Ancestors)
{
    /// <summary>Name of a history file.</summary>
    public static string FileName(uint timeline) => string.Create(CultureInfo.InvariantCulture, $"{timeline:X8}.history");

    /// <summary>Reads a history file: lines of a timeline, the position where it was left, and a reason.</summary>
    /// <exception cref="BackupProblemException">It is none.</exception>
    public static TimelineHistory Parse(uint timeline, string content)
    {
        var ancestors = new List<TimelineBranch>();
        foreach (var line in content.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var fields = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || !uint.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ancestor)
                || !NpgsqlLogSequenceNumber.TryParse(fields[1], out var end))
            {
                throw new BackupProblemException($"{FileName(timeline)} is no history of a timeline.");
            }

            ancestors.Add(new TimelineBranch(ancestor, end));
        }

        return new TimelineHistory(timeline, ancestors);
    }

    /// <summary>The timelines that may hold a position, the newest first.</summary>
    public IEnumerable<uint> NewestFirst => Ancestors.Select(branch => branch.Timeline).Append(Timeline).Reverse();

    /// <summary>Where a timeline began; 0 for the first.</summary>
    public NpgsqlLogSequenceNumber BeginOf(uint timeline) =>
        Ancestors.TakeWhile(branch => branch.Timeline != timeline).Select(branch => branch.End).LastOrDefault(new NpgsqlLogSequenceNumber(0));

    /// <summary>Whether what was reached on a timeline lies on this way.</summary>
    public bool Leads(uint timeline, NpgsqlLogSequenceNumber position) =>
        timeline == Timeline || Ancestors.Any(branch => branch.Timeline == timeline && position <= branch.End);

    /// <summary>The timeline on which a position lies.</summary>
    public uint At(NpgsqlLogSequenceNumber position) =>
        Ancestors.FirstOrDefault(branch => position < branch.End)?.Timeline ?? Timeline;

    /// <summary>
    /// The segment of that number whose end this way has: where a timeline was left in its middle, the server copied what came before
    /// into the new timeline's file.
    /// </summary>
    public WalSegment Whole(ulong number, int segmentSize) =>
        new(At(new NpgsqlLogSequenceNumber(((number + 1) * (ulong)segmentSize) - 1)), number, segmentSize);
}

/// <summary>One ancestor.</summary>
/// <param name="Timeline">From 1.</param>
/// <param name="End">Where the next timeline branched off.</param>
public sealed record TimelineBranch(uint Timeline, NpgsqlLogSequenceNumber End);
