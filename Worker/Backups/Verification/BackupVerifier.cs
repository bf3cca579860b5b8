using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Verification;

/// <summary>
/// Reads a backup's document, its objects and the log that a base backup cannot do without, and compares each with its name, and its size
/// with the document.
/// </summary>
public sealed class BackupVerifier(BackupCatalog catalog, TimeProvider clock)
{
    /// <summary>Verifies and records the outcome.</summary>
    public async Task<BackupCheck> VerifyAsync(CatalogedBackup backup, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var problems = new List<string?>();
        foreach (var (name, size) in ObjectsOf(backup))
        {
            problems.Add(await ObjectProof.ProblemOfAsync(catalog.Store, name, size, cancellationToken));
        }

        if (backup.Backup.Wal is not null)
        {
            var log = await StoredLog.ReadAsync(catalog.Store, backup.Backup.SystemId, cancellationToken);
            var (needed, missing) = log.Span(backup.Backup);
            problems.AddRange(missing);
            foreach (var stored in needed)
            {
                problems.Add(await ObjectProof.ProblemOfAsync(catalog.Store, stored.Name, size: null, cancellationToken));
            }
        }

        var check = new BackupCheck(backup.Backup.Id, BackupCheckKind.Checksum, startedAt, clock.GetUtcNow(), [.. problems.OfType<string>()]);
        await catalog.RecordAsync(check, cancellationToken);
        return check;
    }

    /// <summary>The document and what it names.</summary>
    internal static IEnumerable<(ObjectName Name, long? Size)> ObjectsOf(CatalogedBackup backup) =>
        backup.Backup.Objects.Select(part => (ObjectName.TryParse(part.Key)!, (long?)part.Size)).Prepend((backup.Document, null));
}
