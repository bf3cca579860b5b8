using System.Collections.Concurrent;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>
/// The backups in a store: those that have a document. A document's name holds its digest, so that what was read once, here or in the
/// summary, need not be read again.
/// </summary>
public sealed partial class BackupCatalog(IObjectStore store, TimeProvider clock, ILogger<BackupCatalog> logger)
{
    private readonly CatalogSummary summary = new(store, clock, logger);
    private readonly ConcurrentDictionary<string, StoredBackup> backups = new();
    private readonly ConcurrentDictionary<string, BackupCheck> checks = new();

    /// <summary>The store.</summary>
    public IObjectStore Store => store;

    /// <summary>All backups of a kind or of all kinds, newest first. One whose document cannot be read is logged by its name and left out.</summary>
    public async Task<IReadOnlyList<CatalogedBackup>> ListAsync(StoredBackupKind? kind, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken)).Where(backup => kind is null || backup.Backup.Kind == kind).ToList();

    /// <summary>The newest backup of a kind of which nothing bad is known, or null.</summary>
    public async Task<CatalogedBackup?> NewestAsync(StoredBackupKind kind, CancellationToken cancellationToken) =>
        (await ListAsync(kind, cancellationToken)).FirstOrDefault(backup => backup.IsSound);

    /// <summary>Finds a backup by its id, or the newest as <c>latest</c>.</summary>
    /// <exception cref="BackupProblemException">There is none, or its document cannot be read.</exception>
    public async Task<CatalogedBackup> FindAsync(string id, StoredBackupKind? kind, CancellationToken cancellationToken)
    {
        var listing = await StoreListing.OfBackupsAsync(store, cancellationToken);
        if (id != "latest" && listing.Documents.FirstOrDefault(document => BackupDocument.IdOf(document) == id) is { } named)
        {
            // Asked for by name, its problem is an error.
            await BackupAsync(named, cancellationToken);
        }

        var known = await ReadAsync(listing, cancellationToken);
        var what = kind is { } one ? $"{one.ToString().ToLowerInvariant()} backup" : "backup";
        return id == "latest"
            ? known.FirstOrDefault(backup => kind is null || backup.Backup.Kind == kind) ?? throw new BackupProblemException($"There is no {what} in {store.Location}.")
            : known.FirstOrDefault(backup => backup.Backup.Id == id && (kind is null || backup.Backup.Kind == kind))
                ?? throw new BackupProblemException($"There is no {what} '{id}' in {store.Location}.");
    }

    /// <summary>
    /// Makes a backup of objects that are all stored: from this document on it counts. The store has read them back, or compared their
    /// checksums, when it took them: that is its first verification.
    /// </summary>
    public async Task<CatalogedBackup> AddAsync(StoredBackup backup, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var name = await StoredJson.WriteAsync(store, BackupDocument.PathOf(backup), backup, BackupJson.Default.StoredBackup, cancellationToken);
        backups[name.Key] = backup;
        var check = new BackupCheck(backup.Id, BackupCheckKind.Checksum, startedAt, clock.GetUtcNow(), []);
        await RecordAsync(check, cancellationToken);
        return new CatalogedBackup(backup, name, check, Restore: null, Problem: null);
    }

    /// <summary>Records an outcome in place of the last one of its kind.</summary>
    public async Task RecordAsync(BackupCheck check, CancellationToken cancellationToken)
    {
        var path = BackupDocument.CheckPathOf(check);
        var name = await StoredJson.WriteAsync(store, path, check, BackupJson.Default.BackupCheck, cancellationToken);
        checks[name.Key] = check;
        await foreach (var old in store.ListAsync($"{path}.", cancellationToken))
        {
            if (old.Name != name)
            {
                await store.DeleteAsync(old.Name, cancellationToken);
            }
        }

        await SummarizeAsync([], cancellationToken);
    }

    /// <summary>
    /// Deletes a backup: first from the summary, so that nobody misses it, then its document, from when on it is none whatever happens to
    /// the rest, then its objects and what was recorded of it.
    /// </summary>
    public async Task DeleteAsync(CatalogedBackup backup, CancellationToken cancellationToken)
    {
        await SummarizeAsync([backup.Document.Key], cancellationToken);
        await store.DeleteAsync(backup.Document, cancellationToken);
        backups.TryRemove(backup.Document.Key, out _);
        foreach (var prefix in (string[])[BackupDocument.PrefixOf(backup.Backup), BackupDocument.CheckPrefixOf(backup.Backup.Id)])
        {
            await foreach (var stored in store.ListAsync(prefix, cancellationToken))
            {
                await store.DeleteAsync(stored.Name, cancellationToken);
            }
        }
    }

    /// <summary>Deletes the objects of a kind that belong to no backup. Only for the holder of that kind's lease: to others a backup in the making looks the same.</summary>
    /// <returns>The names of what was deleted.</returns>
    public async Task<IReadOnlyList<ObjectName>> SweepAsync(StoredBackupKind kind, CancellationToken cancellationToken)
    {
        var listing = await StoreListing.OfBackupsAsync(store, cancellationToken);
        var left = listing.WithoutDocument(StoredBackup.PrefixOf(kind)).Select(stored => stored.Name).ToList();
        foreach (var name in left)
        {
            await store.DeleteAsync(name, cancellationToken);
        }

        return left;
    }

    /// <summary>The backups that the summary knows and whose documents are no longer there.</summary>
    public async Task<IReadOnlyList<CatalogItem>> MissingAsync(CancellationToken cancellationToken)
    {
        var known = await summary.ReadAsync(cancellationToken);
        var there = (await StoreListing.OfBackupsAsync(store, cancellationToken)).Documents.Select(document => document.Key).ToHashSet();
        return [.. known.Backups.Where(item => !there.Contains(item.Key))];
    }

    /// <summary>One sentence for each document that cannot be read, and for each backup that only the summary knows: as long as there are any, it is not known what log is needed.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(CancellationToken cancellationToken)
    {
        var (listing, problems) = (await StoreListing.OfBackupsAsync(store, cancellationToken), new List<string>());
        await ReadAsync(listing, cancellationToken);
        foreach (var document in listing.Documents)
        {
            try
            {
                await BackupAsync(document, cancellationToken);
            }
            catch (BackupProblemException problem)
            {
                problems.Add(problem.Message);
            }
        }

        return [.. problems, .. (await MissingAsync(cancellationToken)).Select(item => $"{item.Key} is missing: there was a backup {item.Backup.Id}.")];
    }

    /// <summary>Makes the summary anew from the documents alone; what it had known beyond them is forgotten.</summary>
    /// <returns>The backups there are, and those that were only in the summary.</returns>
    public async Task<(IReadOnlyList<CatalogedBackup> Backups, IReadOnlyList<CatalogItem> Forgotten)> RebuildAsync(CancellationToken cancellationToken)
    {
        var forgotten = await MissingAsync(cancellationToken);
        backups.Clear();
        checks.Clear();
        var found = await ReadAsync(await StoreListing.OfBackupsAsync(store, cancellationToken), cancellationToken, trustSummary: false);
        await summary.RewriteAsync(Known([]), cancellationToken);
        return (found, forgotten);
    }

    /// <summary>Renews the summary, where documents came by another way.</summary>
    public Task SummarizeAsync(CancellationToken cancellationToken) => SummarizeAsync([], cancellationToken);

    private async Task<IReadOnlyList<CatalogedBackup>> ReadAsync(CancellationToken cancellationToken) =>
        await ReadAsync(await StoreListing.OfBackupsAsync(store, cancellationToken), cancellationToken);

    private async Task<IReadOnlyList<CatalogedBackup>> ReadAsync(StoreListing listing, CancellationToken cancellationToken, bool trustSummary = true)
    {
        if (trustSummary && listing.Documents.Any(document => !backups.ContainsKey(document.Key)))
        {
            Learn(await summary.ReadAsync(cancellationToken));
        }

        var outcomes = new Dictionary<(string Id, BackupCheckKind Kind), BackupCheck>();
        foreach (var name in listing.Checks)
        {
            if (await TryAsync(() => CheckAsync(name, cancellationToken)) is { } check
                && (!outcomes.TryGetValue((check.BackupId, check.Kind), out var other) || other.FinishedAt < check.FinishedAt))
            {
                outcomes[(check.BackupId, check.Kind)] = check;
            }
        }

        var found = new List<CatalogedBackup>();
        foreach (var name in listing.Documents)
        {
            if (await TryAsync(() => BackupAsync(name, cancellationToken)) is { } backup)
            {
                found.Add(new CatalogedBackup(
                    backup, name, outcomes.GetValueOrDefault((backup.Id, BackupCheckKind.Checksum)), outcomes.GetValueOrDefault((backup.Id, BackupCheckKind.Restore)),
                    listing.ProblemOf(backup)));
            }
        }

        return [.. found.OrderByDescending(each => each.Backup.Id, StringComparer.Ordinal).DistinctBy(each => (each.Backup.Kind, each.Backup.Id))];
    }

    private async Task<StoredBackup> BackupAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (!backups.TryGetValue(name.Key, out var backup))
        {
            backup = await StoredJson.ReadAsync(store, name, BackupJson.Default.StoredBackup, cancellationToken);
            BackupDocument.RequireOf(backup, name);
            backups[name.Key] = backup;
        }

        return backup;
    }

    private async Task<BackupCheck> CheckAsync(ObjectName name, CancellationToken cancellationToken)
    {
        if (!checks.TryGetValue(name.Key, out var check))
        {
            check = checks[name.Key] = await StoredJson.ReadAsync(store, name, BackupJson.Default.BackupCheck, cancellationToken);
        }

        return check;
    }

    private void Learn(CatalogDocument known)
    {
        foreach (var item in known.Backups)
        {
            backups.TryAdd(item.Key, item.Backup);
        }

        foreach (var item in known.Checks)
        {
            checks.TryAdd(item.Key, item.Check);
        }
    }

    private CatalogDocument Known(IReadOnlyList<string> deleted) => new(
        CatalogDocument.CurrentFormat,
        clock.GetUtcNow(),
        [.. backups.Select(each => new CatalogItem(each.Key, each.Value))],
        [.. checks.Select(each => new CatalogCheck(each.Key, each.Value))],
        [.. deleted.Select(key => new CatalogDeletion(key, clock.GetUtcNow()))]);

    /// <summary>A summary that cannot be written spoils no backup: it is made again at the next occasion.</summary>
    private async Task SummarizeAsync(IReadOnlyList<string> deleted, CancellationToken cancellationToken)
    {
        try
        {
            var listing = await StoreListing.OfBackupsAsync(store, cancellationToken);
            await ReadAsync(listing, cancellationToken);
            var (documents, outcomes) = (listing.Documents.Select(name => name.Key).ToHashSet(), listing.Checks.Select(name => name.Key).ToHashSet());
            var known = Known(deleted);
            await summary.ChangeAsync(
                known with { Backups = [.. known.Backups.Where(item => documents.Contains(item.Key))] }, check => outcomes.Contains(check.Key), cancellationToken);
        }
        catch (BackupProblemException problem)
        {
            LogNotSummarized(problem.Message);
        }
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (BackupProblemException problem)
        {
            LogUnreadable(problem.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A backup is left out of the list: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The summary of the store was not renewed: {Reason}")]
    private partial void LogNotSummarized(string reason);
}
