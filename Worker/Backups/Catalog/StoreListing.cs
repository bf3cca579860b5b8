using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>The names of what is in a store of backups and their outcomes, without write-ahead log, at one moment.</summary>
public sealed class StoreListing
{
    private readonly IReadOnlyList<StoredObject> objects;
    private readonly Dictionary<string, long> sizes;

    private StoreListing(IReadOnlyList<StoredObject> objects)
    {
        this.objects = objects;
        sizes = objects.ToDictionary(stored => stored.Name.Key, stored => stored.Size);
        Documents = [.. objects.Select(stored => stored.Name).Where(name => BackupDocument.IdOf(name) is not null)];
        Checks = [.. objects.Select(stored => stored.Name).Where(name => name.Path.StartsWith(BackupDocument.ChecksPrefix, StringComparison.Ordinal))];
    }

    /// <summary>The documents of backups.</summary>
    public IReadOnlyList<ObjectName> Documents { get; }

    /// <summary>The outcomes of trying them.</summary>
    public IReadOnlyList<ObjectName> Checks { get; }

    /// <summary>Asks the store.</summary>
    public static async Task<StoreListing> OfBackupsAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var objects = new List<StoredObject>();
        foreach (var prefix in Enum.GetValues<StoredBackupKind>().Select(StoredBackup.PrefixOf).Append(BackupDocument.ChecksPrefix))
        {
            await foreach (var stored in store.ListAsync(prefix, cancellationToken))
            {
                objects.Add(stored);
            }
        }

        return new StoreListing(objects);
    }

    /// <summary>Of a listing of the whole store.</summary>
    public static StoreListing Of(IReadOnlyList<StoredObject> listed)
    {
        string[] prefixes = [.. Enum.GetValues<StoredBackupKind>().Select(StoredBackup.PrefixOf), BackupDocument.ChecksPrefix];
        return new StoreListing([.. listed.Where(stored => prefixes.Any(prefix => stored.Name.Path.StartsWith(prefix, StringComparison.Ordinal)))]);
    }

    /// <summary>What can be said against a backup without reading its objects; null for nothing.</summary>
    public string? ProblemOf(StoredBackup backup) => backup.Objects.Select(part =>
        !sizes.TryGetValue(part.Key, out var size) ? $"{part.Key} is missing."
        : size != part.Size ? $"{part.Key} has {size} bytes instead of {part.Size}."
        : null).FirstOrDefault(problem => problem is not null);

    /// <summary>Objects whose path begins with a prefix and whose backup has no document.</summary>
    public IEnumerable<StoredObject> WithoutDocument(string prefix)
    {
        var complete = Documents.Select(document => FolderOf(document.Path)).ToHashSet();
        return objects.Where(stored =>
            stored.Name.Path.StartsWith(prefix, StringComparison.Ordinal)
            && !stored.Name.Path.StartsWith(BackupDocument.ChecksPrefix, StringComparison.Ordinal)
            && !complete.Contains(FolderOf(stored.Name.Path)));
    }

    private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
}
