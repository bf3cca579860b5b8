using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Compares positions in the log.</summary>
internal static class LogPosition
{
    private const ulong Page = 8192;
    private const ulong HeaderOfPage = 24;
    private const ulong HeaderOfSegment = 40;

    /// <summary>
    /// Whether the end of a record and a position are the same place: where a page begins, the one is before the page's header and the
    /// other may be behind it.
    /// </summary>
    public static bool AreSame(NpgsqlLogSequenceNumber end, NpgsqlLogSequenceNumber position, int segmentSize)
    {
        var (reached, wanted) = ((ulong)end, (ulong)position);
        return reached >= wanted
            || (reached % Page == 0 && wanted - reached == (reached % (ulong)segmentSize == 0 ? HeaderOfSegment : HeaderOfPage));
    }
}
