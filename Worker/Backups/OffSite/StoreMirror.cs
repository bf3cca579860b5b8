using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>
/// Copies what one store lacks of another. Never deletes a backup or log: a store that was emptied must not empty its copy. What goes
/// from the copy goes by the rules of retention, applied to the copy itself.
/// </summary>
public sealed class StoreMirror(TimeProvider clock)
{
    private const int ConfirmEach = 50;

    /// <summary>Objects that stand for the last state of something: a new one takes the place of the old one of the same path.</summary>
    private static readonly string[] Replaced = [BackupDocument.ChecksPrefix, Tombstones.TombstoneCopies.Prefix];

    /// <summary>Compares and copies; documents come last, so that a backup is in the copy when all of it is.</summary>
    /// <param name="from">Whose objects are copied.</param>
    /// <param name="to">The catalog of the store that gets them.</param>
    /// <param name="isOlder">Whether what is copied may be older than what is there, as when a store is filled again from its copy: then nothing is replaced.</param>
    /// <param name="confirm">Asked now and then; throws when another has the lease.</param>
    /// <param name="cancellationToken">Stops between two objects.</param>
    /// <exception cref="BackupProblemException">A store cannot be listed.</exception>
    public async Task<MirrorStatus> CopyAsync(IObjectStore from, BackupCatalog to, bool isOlder, Func<Task> confirm, CancellationToken cancellationToken)
    {
        var there = await NamesAsync(to.Store, cancellationToken);
        var wanted = new List<StoredObject>();
        await foreach (var stored in from.ListAsync("", cancellationToken))
        {
            wanted.Add(stored);
        }

        var known = there.Where(IsReplaced).Select(name => name.Path).ToHashSet();
        wanted = [.. WithoutPassing(wanted).Where(stored => !isOlder || there.Contains(stored.Name) || !known.Contains(stored.Name.Path))];
        var lacking = wanted.Where(stored => !there.Contains(stored.Name)).OrderBy(stored => Rank(stored.Name)).ThenBy(stored => stored.Name.Key, StringComparer.Ordinal).ToList();
        var (problems, left, bytes) = (new List<string>(), new List<StoredObject>(), 0L);
        for (var index = 0; index < lacking.Count; index++)
        {
            if (index % ConfirmEach == 0)
            {
                await confirm();
            }

            if (await TryCopyAsync(from, to.Store, lacking[index].Name, cancellationToken) is { } problem)
            {
                problems.Add(problem);
                left.Add(lacking[index]);
            }
            else
            {
                bytes += lacking[index].Size;
            }
        }

        var extra = there.Except(wanted.Select(stored => stored.Name)).ToList();
        var superseded = await DropReplacedAsync(to.Store, isOlder ? [] : wanted, cancellationToken);
        if (lacking.Any(stored => BackupDocument.IdOf(stored.Name) is not null))
        {
            await to.SummarizeAsync(cancellationToken);
        }

        return new MirrorStatus(
            clock.GetUtcNow(), lacking.Count - left.Count, bytes, left.Count, left.Count == 0 ? null : left.Min(stored => stored.StoredAt),
            extra.Count(name => name.Path != CatalogDocument.Path && !superseded.Contains(name)), problems);
    }

    private static bool IsReplaced(ObjectName name) => Replaced.Any(prefix => name.Path.StartsWith(prefix, StringComparison.Ordinal));

    private static async Task<HashSet<ObjectName>> NamesAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var names = new HashSet<ObjectName>();
        await foreach (var stored in store.ListAsync("", cancellationToken))
        {
            names.Add(stored.Name);
        }

        return names;
    }

    /// <summary>Each store has a catalog of its own; and a part of a segment is not worth copying when there is more of it.</summary>
    private static IEnumerable<StoredObject> WithoutPassing(List<StoredObject> stored)
    {
        var superseded = SupersededParts(stored.Select(each => each.Name)).ToHashSet();
        return stored.Where(each => each.Name.Path != CatalogDocument.Path && !superseded.Contains(each.Name));
    }

    private static IEnumerable<ObjectName> SupersededParts(IEnumerable<ObjectName> names)
    {
        var log = names.Select(name => (Name: name, Log: WalObject.TryParse(name)!)).Where(each => each.Log is not null and not { Kind: WalObjectKind.History });
        return log.GroupBy(each => (each.Log.SystemId, each.Log.FileName)).SelectMany(file =>
        {
            var furthest = file.Any(each => each.Log.Kind == WalObjectKind.Segment) ? long.MaxValue : file.Max(each => each.Log.Reach);
            return file.Where(each => each.Log.Kind == WalObjectKind.Partial && each.Log.Reach < furthest).Select(each => each.Name);
        });
    }

    private static int Rank(ObjectName name) => BackupDocument.IdOf(name) is not null ? 1 : name.Path.StartsWith(BackupDocument.ChecksPrefix, StringComparison.Ordinal) ? 2 : 0;

    /// <returns>Why it could not be copied; null when it was, or when it is gone since it was listed.</returns>
    private static async Task<string?> TryCopyAsync(IObjectStore from, IObjectStore to, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            await to.PutAsync(name, await StageAsync(from, to, name, cancellationToken), cancellationToken);
            return null;
        }
        catch (Exception problem) when (problem is BackupProblemException or IOException)
        {
            return await IsThereAsync(from, name, cancellationToken) ? problem.Message : null;
        }
    }

    private static async Task<StagedFile> StageAsync(IObjectStore from, IObjectStore to, ObjectName name, CancellationToken cancellationToken)
    {
        await using var staged = StagedFile.Create(to.StagingFolder);
        try
        {
            await using var stored = await from.OpenAsync(name, cancellationToken);
            var digest = await HashedCopy.RunAsync(stored, staged, cancellationToken);
            return digest.Sha256 == name.Sha256 ? new StagedFile(staged.Name, digest) : throw new BackupProblemException($"{name} is damaged in {from.Location}: its SHA-256 is {digest.Sha256}; it was not copied.");
        }
        catch
        {
            File.Delete(staged.Name);
            throw;
        }
    }

    private static async Task<bool> IsThereAsync(IObjectStore store, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var stored in store.ListAsync(name.Key, cancellationToken))
            {
                return stored.Name == name;
            }

            return false;
        }
        catch (BackupProblemException)
        {
            // Not to be known now: then the first problem stands.
            return true;
        }
    }

    /// <summary>Deletes from the copy what something newer in it stands for.</summary>
    private static async Task<HashSet<ObjectName>> DropReplacedAsync(IObjectStore to, List<StoredObject> wanted, CancellationToken cancellationToken)
    {
        var names = await NamesAsync(to, cancellationToken);
        var current = wanted.Where(stored => IsReplaced(stored.Name)).Select(stored => stored.Name).Where(names.Contains).ToHashSet();
        var paths = current.Select(name => name.Path).ToHashSet();
        var dropped = SupersededParts(names).Concat(names.Where(name => paths.Contains(name.Path) && !current.Contains(name))).ToHashSet();
        foreach (var name in dropped)
        {
            await to.DeleteAsync(name, cancellationToken);
        }

        return dropped;
    }
}
