using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Backups;

/// <summary>Something that backs the scratch server up and restores it, from nothing to something each time.</summary>
internal interface IBackupTool
{
    /// <summary>As the table calls it.</summary>
    string Name { get; }

    /// <summary>Makes one backup, in place of the one before.</summary>
    Task<TimedCommand> BackUpAsync(CancellationToken cancellation);

    /// <summary>Bytes of that backup as stored.</summary>
    long Size();

    /// <summary>Restores it into a new folder, which it removes again: a cluster's files, or what takes their place.</summary>
    Task<TimedCommand> RestoreAsync(CancellationToken cancellation);
}
