using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// Where receiving goes on: after what is in the spool and the store already, without a hole. <c>pg_receivewal</c> goes on from the
/// newest file it finds, so the spool is made to say just that.
/// </summary>
public sealed class WalContinuation(WalSpool spool, StoredWal stored)
{
    /// <summary>The first segment to receive, when everything before a position is in the store.</summary>
    /// <param name="server">Whose log it is.</param>
    /// <param name="storedUpTo">As the slot says that follows the store.</param>
    /// <exception cref="BackupProblemException">The server lost log that was received already.</exception>
    public WalSegment Prepare(LoggedServer server, NpgsqlLogSequenceNumber storedUpTo)
    {
        var folder = spool.Open(server.SystemId);
        RemoveUnpadded(server);
        RefuseSetBack(server);
        var files = Segments(server);
        var received = files.Where(file => !file.File.IsPartial).Select(file => file.Segment).ToHashSet();
        var number = (ulong)storedUpTo / (ulong)server.SegmentSize;
        while (server.History.Whole(number, server.SegmentSize) is var next && (received.Contains(next) || stored.Has(server.SystemId, next.FileName)))
        {
            number++;
        }

        var first = server.History.Whole(number, server.SegmentSize);
        foreach (var (file, segment) in files)
        {
            if (segment.Number > number || (segment.Number == number && segment != first))
            {
                spool.PutAside(server.SystemId, file);
            }
        }

        var begun = Path.Combine(folder, first.FileName + SpoolFile.PartialSuffix);
        if (!File.Exists(begun))
        {
            // Empty, and so filled by the receiver from its beginning.
            PrivateFiles.Create(begun).Dispose();
        }

        return first;
    }

    /// <summary>The first position that neither spool nor store has, of a log they have something of before a segment; else null.</summary>
    public WalSegment? FirstMissingBefore(LoggedServer server, WalSegment before)
    {
        var here = Segments(server).Where(file => !file.File.IsPartial).Select(file => file.Segment)
            .Concat(stored.Segments(server.SystemId, server.SegmentSize))
            .Where(segment => segment.Number < before.Number && segment == server.History.Whole(segment.Number, server.SegmentSize))
            .Select(segment => segment.Number).ToHashSet();
        if (here.Count == 0)
        {
            return null;
        }

        // What retention took out lies before the newest that is stored.
        var number = stored.Segments(server.SystemId, server.SegmentSize).Select(segment => segment.Number).Where(here.Contains).DefaultIfEmpty(here.Min()).Max();
        while (here.Contains(number))
        {
            number++;
        }

        return number < before.Number ? server.History.Whole(number, server.SegmentSize) : null;
    }

    /// <summary>Where the store's own log ends when it goes on from a position without a hole.</summary>
    public NpgsqlLogSequenceNumber StoredFrom(LoggedServer server, NpgsqlLogSequenceNumber position)
    {
        var number = (ulong)position / (ulong)server.SegmentSize;
        var before = number;
        while (stored.Has(server.SystemId, server.History.Whole(number, server.SegmentSize).FileName))
        {
            number++;
        }

        return number == before ? position : new NpgsqlLogSequenceNumber(number * (ulong)server.SegmentSize);
    }

    /// <summary>A full disk leaves a file that was not filled with zeros to its size, from which the receiver would never go on.</summary>
    private void RemoveUnpadded(LoggedServer server)
    {
        foreach (var file in spool.Files(server.SystemId).Where(file => file.IsPartial && new FileInfo(file.Path).Length is > 0 and var size && size < server.SegmentSize))
        {
            File.Delete(file.Path);
        }
    }

    private void RefuseSetBack(LoggedServer server)
    {
        var ends = Segments(server)
            .Select(file => (file.Segment, Reach: file.File.IsPartial ? ReachOf(file.File) : server.SegmentSize))
            .Concat(stored.Segments(server.SystemId, server.SegmentSize).Select(segment => (Segment: segment, Reach: (long)server.SegmentSize)))
            .Concat(stored.Begun(server.SystemId, server.SegmentSize))
            .Where(each => each.Segment == server.History.Whole(each.Segment.Number, server.SegmentSize))
            .Select(each => (ulong)each.Segment.Start + (ulong)each.Reach);
        var known = new NpgsqlLogSequenceNumber(ends.DefaultIfEmpty().Max());
        if (known > server.Flushed)
        {
            throw new BackupProblemException(
                $"The server's log ends at {server.Flushed}, but log up to {known} of the same timeline was received before: the server was set back without a recovery, and nothing is received until it begins a timeline of its own (start it once with an empty file recovery.signal and restore_command = 'false').");
        }
    }

    private static long ReachOf(SpoolFile file)
    {
        using var content = File.OpenRead(file.Path);
        return SpoolFile.Reach(content);
    }

    private List<(SpoolFile File, WalSegment Segment)> Segments(LoggedServer server) =>
        [.. spool.Files(server.SystemId).Where(file => !file.IsHistory).Select(file => (file, file.Segment(server.SegmentSize)!.Value))];
}
