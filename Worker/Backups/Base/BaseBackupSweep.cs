using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Deletes what Workers left that died while they made a base backup: objects without a document, and staged files. Only for the
/// holder of the lease, since to anyone else a backup in the making looks the same.
/// </summary>
public sealed partial class BaseBackupSweep(IObjectStore store, ILogger<BaseBackupSweep> logger)
{
    /// <summary>Sweeps. What cannot be deleted stays, and is said; it is no backup all the same.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var objects = await store.ListAsync(BaseBackupName.Prefix, cancellationToken).Select(stored => stored.Name).ToListAsync(cancellationToken);
        var complete = objects.Where(BaseBackupName.IsDocument).Select(BaseBackupName.IdOf).ToHashSet();
        foreach (var name in objects.Where(name => !complete.Contains(BaseBackupName.IdOf(name))))
        {
            await SweepAsync(name.Key, () => store.DeleteAsync(name, cancellationToken));
        }

        if (Directory.Exists(store.StagingFolder))
        {
            foreach (var file in Directory.EnumerateFiles(store.StagingFolder, $"{BaseBackupName.Staging}*"))
            {
                await SweepAsync(file, () =>
                {
                    File.Delete(file);
                    return Task.CompletedTask;
                });
            }
        }
    }

    private async Task SweepAsync(string what, Func<Task> delete)
    {
        try
        {
            await delete();
            LogSwept(what);
        }
        catch (Exception refused) when (refused is BackupProblemException or IOException or UnauthorizedAccessException)
        {
            LogNotSwept(what, refused);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Removed what an unfinished base backup had left: {What}")]
    private partial void LogSwept(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What an unfinished base backup had left could not be removed: {What}")]
    private partial void LogNotSwept(string what, Exception refused);
}
