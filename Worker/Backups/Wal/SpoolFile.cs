using System.Text.RegularExpressions;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>A file that <c>pg_receivewal</c> wrote.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Name">As the server names it: a segment, or the history of a timeline.</param>
/// <param name="IsPartial">Whether the segment is still being written: the file's name ends in <c>.partial</c>, and it is padded with zeros.</param>
public sealed partial record SpoolFile(string Path, string Name, bool IsPartial)
{
    /// <summary>End of the name of an unfinished segment's file.</summary>
    public const string PartialSuffix = ".partial";

    /// <summary>Whether it is the history of a timeline.</summary>
    public bool IsHistory => Name.EndsWith(".history", StringComparison.Ordinal);

    /// <summary>Position in the log first, then the timeline: the order in which <c>pg_receivewal</c> looks for where to go on.</summary>
    public string Order => $"{Name[8..]}{Name[..8]}";

    /// <summary>Reads a file's name; null when it is no log.</summary>
    public static SpoolFile? TryParse(string path) =>
        Form().Match(System.IO.Path.GetFileName(path)) is { Success: true } match ? new(path, match.Groups[1].Value, match.Groups[2].Success) : null;

    /// <summary>The segment; null of a history.</summary>
    public WalSegment? Segment(int segmentSize) => WalSegment.TryParse(Name, segmentSize);

    /// <summary>Bytes until the last that is not zero.</summary>
    public static long Reach(FileStream content)
    {
        Span<byte> block = stackalloc byte[16 * 1024];
        for (var end = content.Length; end > 0;)
        {
            var start = Math.Max(0, end - block.Length);
            content.Position = start;
            var read = block[..(int)(end - start)];
            content.ReadExactly(read);
            if (read.LastIndexOfAnyExcept((byte)0) is >= 0 and var last)
            {
                return start + last + 1;
            }

            end = start;
        }

        return 0;
    }

    [GeneratedRegex(@"^([0-9A-F]{24}|[0-9A-F]{8}\.history)(\.partial)?$")]
    private static partial Regex Form();
}
