using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>What <c>pg_receivewal</c> has left in a folder: segments, the one it was writing (<c>.partial</c>), and histories.</summary>
public static class SpoolFolder
{
    /// <summary>Lists the files of one cluster, by the name that a server asks for.</summary>
    /// <param name="folder">The spool; the files are in a folder in it that has the name of the system identifier.</param>
    /// <param name="systemId">The cluster's system identifier.</param>
    /// <param name="segmentSize">Bytes of a segment.</param>
    public static IEnumerable<(string FileName, LogFile File)> List(string folder, string systemId, int segmentSize)
    {
        var own = Path.Combine(folder, systemId);
        return Directory.Exists(own) ? Directory.EnumerateFiles(own).Select(path => TryRead(path, segmentSize)).OfType<(string, LogFile)>() : [];
    }

    /// <summary>Null for what is no log, and for what is gone since it was listed: a Worker may be at work here.</summary>
    private static (string FileName, LogFile File)? TryRead(string path, int segmentSize)
    {
        if (SpoolFile.TryParse(path) is not { } file)
        {
            return null;
        }

        try
        {
            if (!file.IsPartial)
            {
                return file.IsHistory || new FileInfo(path).Length == segmentSize ? (file.Name, new SpooledLogFile(path, Reach: null)) : null;
            }

            using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Segment(segmentSize) is not null && SpoolFile.Reach(content) is var reach and > 0 ? (file.Name, new SpooledLogFile(path, reach)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
