using System.Globalization;
using System.Text;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Which timeline each part of a server's log is on: a recovery that ends begins a new one (PostgreSQL, "Timelines").
/// </summary>
/// <param name="Current">The server's timeline.</param>
/// <param name="Ends">The timelines before it, oldest first, and where each was left.</param>
public sealed record TimelineHistory(uint Current, IReadOnlyList<(uint Timeline, NpgsqlLogSequenceNumber End)> Ends)
{
    /// <summary>Reads the content of a history file: lines of a timeline, the position where it was left, and a reason.</summary>
    public static TimelineHistory Parse(uint current, ReadOnlySpan<byte> content)
    {
        List<(uint, NpgsqlLogSequenceNumber)> ends = [];
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != '#' && line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries) is [var timeline, var end, ..])
            {
                ends.Add((uint.Parse(timeline, CultureInfo.InvariantCulture), NpgsqlLogSequenceNumber.Parse(end)));
            }
        }

        return new TimelineHistory(current, ends);
    }

    /// <summary>The timeline on which a position lies.</summary>
    public uint At(NpgsqlLogSequenceNumber position)
    {
        foreach (var (timeline, end) in Ends)
        {
            if (position < end)
            {
                return timeline;
            }
        }

        return Current;
    }

    /// <summary>
    /// The segment of that number whose end this server's log has: where a timeline was left in its middle, the server copied what
    /// came before into the new timeline's file.
    /// </summary>
    public WalSegment Whole(ulong number, int segmentSize) =>
        new(At(new NpgsqlLogSequenceNumber(((number + 1) * (ulong)segmentSize) - 1)), number, segmentSize);
}
