using System.Globalization;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Restore;

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

    /// <summary>Reads a history file.</summary>
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
}

/// <summary>One ancestor.</summary>
/// <param name="Timeline">From 1.</param>
/// <param name="End">Where the next timeline branched off.</param>
public sealed record TimelineBranch(uint Timeline, NpgsqlLogSequenceNumber End);
