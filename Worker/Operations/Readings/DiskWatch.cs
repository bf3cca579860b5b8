using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Operations.Readings;

/// <summary>Looks at the disks that backups are written to.</summary>
public sealed class DiskWatch(IOptions<BackupOptions> options, IOptions<StoreOptions> store, SpoolLocation spool)
{
    /// <summary>What each has left; a folder that is not there yet is asked for by the nearest one above it.</summary>
    public IReadOnlyList<DiskReading> Look()
    {
        var folder = Path.GetFullPath(options.Value.Folder);
        var disks = new List<DiskReading> { Read("spool", spool.Folder), Read("scratch", options.Value.ScratchFolder) };
        if (store.Value.Kind == "folder")
        {
            disks.Add(Read("store", store.Value.Folder ?? folder));
        }

        return disks;
    }

    private static DiskReading Read(string place, string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } above)
        {
            there = above;
        }

        var disk = new DriveInfo(there);
        return new DiskReading(place, disk.AvailableFreeSpace, disk.TotalSize);
    }
}
