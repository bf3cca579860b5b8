using System.Globalization;
using System.Text.RegularExpressions;
using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>A segment of the write-ahead log: 24 hexadecimal digits, of which 8 are the timeline (PostgreSQL, "WAL Internals").</summary>
/// <param name="Timeline">From 1.</param>
/// <param name="Number">Position in the log, in segments.</param>
/// <param name="SegmentSize">Bytes of a segment, as <c>SHOW wal_segment_size</c> says; 16 MiB unless initdb was told otherwise.</param>
public readonly partial record struct WalSegment(uint Timeline, ulong Number, int SegmentSize = WalSegment.UsualSize)
{
    /// <summary>16 MiB.</summary>
    public const int UsualSize = 16 * 1024 * 1024;

    private ulong SegmentsInFile => 0x1_0000_0000UL / (ulong)SegmentSize;

    /// <summary>Name of the file, such as <c>000000010000000000000003</c>.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / SegmentsInFile:X8}{Number % SegmentsInFile:X8}");

    /// <summary>Where it begins.</summary>
    public NpgsqlLogSequenceNumber Start => new(Number * (ulong)SegmentSize);

    /// <summary>The segment after it on the same timeline.</summary>
    public WalSegment Next => this with { Number = Number + 1 };

    /// <summary>The segment that holds a position.</summary>
    public static WalSegment Of(NpgsqlLogSequenceNumber position, uint timeline, int segmentSize = UsualSize) =>
        new(timeline, (ulong)position / (ulong)segmentSize, segmentSize);

    /// <summary>Reads the name of a segment's file; null when it is none.</summary>
    public static WalSegment? TryParse(string fileName, int segmentSize = UsualSize)
    {
        if (!Form().IsMatch(fileName))
        {
            return null;
        }

        var inFile = 0x1_0000_0000UL / (ulong)segmentSize;
        return new WalSegment(Hex(fileName[..8]), (Hex(fileName[8..16]) * inFile) + Hex(fileName[16..]), segmentSize);
    }

    private static uint Hex(string digits) => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex("^[0-9A-F]{24}$")]
    private static partial Regex Form();
}
