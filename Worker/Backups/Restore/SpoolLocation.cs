using Microsoft.Extensions.Options;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Where this Worker keeps the log that is not in the store yet.</summary>
public sealed class SpoolLocation(IConfiguration configuration, IOptions<BackupOptions> options)
{
    private const string Key = "Backups:Wal:Spool";

    /// <summary>Full path, whether it is there or not.</summary>
    public string Folder => Path.GetFullPath(configuration[Key] is { Length: > 0 } named ? named : Path.Combine(options.Value.Folder, "spool"));
}
