using Microsoft.Extensions.Options;

namespace ProductionReady.Worker.Backups;

/// <summary>The folder on this machine for what backups need beside their store: tombstones, and by default the store itself.</summary>
public sealed class BackupFolder(IOptions<BackupOptions> options)
{
    /// <summary>Full path of the folder.</summary>
    public string Location { get; } = Path.GetFullPath(options.Value.Folder);
}
