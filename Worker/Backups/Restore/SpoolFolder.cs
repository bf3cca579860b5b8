using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>What <c>pg_receivewal</c> has left in a folder: segments, the one it was writing (<c>.partial</c>), and histories.</summary>
public static class SpoolFolder
{
    private const string Unfinished = ".partial";
    private const int Block = 64 * 1024;

    /// <summary>Lists the files of one cluster, by the name that a server asks for.</summary>
    /// <param name="folder">The spool; the files are in a folder in it that has the name of the system identifier.</param>
    /// <param name="systemId">The cluster's system identifier.</param>
    /// <param name="segmentSize">Bytes of a segment.</param>
    public static IEnumerable<(string FileName, LogFile File)> List(string folder, string systemId, int segmentSize)
    {
        var own = Path.Combine(folder, systemId);
        return Directory.Exists(own) ? Directory.EnumerateFiles(own).Select(path => TryRead(path, systemId, segmentSize)).OfType<(string, LogFile)>() : [];
    }

    /// <summary>Null for what is no log, and for what is gone since it was listed: a Worker may be at work here.</summary>
    private static (string FileName, LogFile File)? TryRead(string path, string systemId, int segmentSize)
    {
        var name = Path.GetFileName(path);
        try
        {
            if (WalObject.TryParse(new Store.ObjectName($"{WalObject.PrefixOf(systemId)}{name}", "", "")) is { Kind: not WalObjectKind.Partial } whole)
            {
                return whole.Kind == WalObjectKind.History || new FileInfo(path).Length == segmentSize ? (name, new SpooledLogFile(path, Reach: null)) : null;
            }

            return name.EndsWith(Unfinished, StringComparison.Ordinal) && WalSegment.TryParse(name[..^Unfinished.Length], segmentSize) is not null && ReachOf(path) is var reach and > 0
                ? (name[..^Unfinished.Length], new SpooledLogFile(path, reach)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Bytes until the last that is not zero.</summary>
    private static long ReachOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var block = new byte[Block];
        for (var begin = (file.Length - 1) / Block * Block; begin >= 0; begin -= Block)
        {
            file.Position = begin;
            var read = file.ReadAtLeast(block, Block, throwOnEndOfStream: false);
            if (block.AsSpan(0, read).LastIndexOfAnyExcept((byte)0) is var last and >= 0)
            {
                return begin + last + 1;
            }
        }

        return 0;
    }
}
