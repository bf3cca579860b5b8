using System.Text.Json;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>Reads the documents of base backups from a store.</summary>
public sealed partial class BaseBackups(IObjectStore store, ILogger<BaseBackups> logger)
{
    /// <summary>All of them, newest first. One whose document cannot be read is named in the log and left out.</summary>
    public async Task<IReadOnlyList<StoredBackup>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredBackup>(StringComparer.Ordinal);
        await foreach (var stored in store.ListAsync(BaseBackupName.Prefix, cancellationToken))
        {
            if (BaseBackupName.IsDocument(stored.Name) && await TryReadAsync(stored.Name, cancellationToken) is { } backup)
            {
                found[backup.Id] = backup;
            }
        }

        return [.. found.Values.OrderByDescending(backup => backup.Id, StringComparer.Ordinal)];
    }

    private async Task<StoredBackup?> TryReadAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            await using var stored = await store.OpenAsync(name, cancellationToken);
            using var content = new MemoryStream();
            var digest = await HashedCopy.RunAsync(stored, content, cancellationToken);
            if (digest.Sha256 != name.Sha256)
            {
                throw new BackupProblemException($"{name} is damaged: its SHA-256 is {digest.Sha256}.");
            }

            var backup = JsonSerializer.Deserialize(content.ToArray(), StoredBackupJson.Default.StoredBackup);
            return backup is { Kind: StoredBackupKind.Base, Wal: not null, Objects.Count: 1 } && backup.Id == BaseBackupName.IdOf(name)
                ? backup
                : throw new BackupProblemException($"{name} does not describe the base backup that it is named after.");
        }
        catch (Exception unreadable) when (unreadable is BackupProblemException or JsonException)
        {
            LogUnreadable(name.Key, unreadable.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A base backup is passed over, because {Document} cannot be read: {Reason}")]
    private partial void LogUnreadable(string document, string reason);
}
