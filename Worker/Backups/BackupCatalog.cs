using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ProductionReady.Worker.Backups;

/// <summary>The backups in the folder: those that have a manifest. Reads and writes the small files beside the dumps.</summary>
public sealed partial class BackupCatalog(BackupFolder folder, ILogger<BackupCatalog> logger)
{
    /// <summary>All backups, newest first. One whose manifest cannot be read is logged and left out.</summary>
    public IReadOnlyList<CatalogEntry> List() =>
        [.. folder.Ids().Select(TryRead).OfType<CatalogEntry>()];

    /// <summary>The newest backup of the shared database, or null.</summary>
    public CatalogEntry? Newest() => folder.Ids().Select(TryRead).FirstOrDefault(entry => entry is { Manifest.Own: false });

    /// <summary>Finds a backup by its id, or the newest of the shared database as <c>latest</c>.</summary>
    /// <exception cref="BackupProblemException">There is none, or its manifest cannot be read.</exception>
    public CatalogEntry Find(string id) => id switch
    {
        "latest" => Newest() ?? throw new BackupProblemException($"There is no backup in {folder.Location}."),
        _ when folder.Ids().Contains(id) => Read(id),
        _ => throw new BackupProblemException($"There is no backup '{id}' in {folder.Location}."),
    };

    /// <summary>Makes a backup of a complete dump: from this rename on it counts.</summary>
    public void Add(BackupManifest manifest) =>
        DurableFile.Write(folder.ManifestPath(manifest.Id), JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));

    /// <summary>Records an outcome in place of the last one of its kind.</summary>
    public void Record(BackupCheck check) =>
        DurableFile.Write(folder.CheckPath(check.BackupId, check.Kind), JsonSerializer.SerializeToUtf8Bytes(check, BackupJson.Default.BackupCheck));

    private CatalogEntry? TryRead(string id)
    {
        try
        {
            return Read(id);
        }
        catch (BackupProblemException problem)
        {
            LogUnreadable(problem.Message);
            return null;
        }
    }

    private CatalogEntry Read(string id)
    {
        var manifest = ReadFile(folder.ManifestPath(id), BackupJson.Default.BackupManifest)
            ?? throw new BackupProblemException($"The manifest of backup {id} is gone.");
        if (manifest.Id != id || manifest.File != Path.GetFileName(folder.DumpPath(id)))
        {
            throw new BackupProblemException($"The manifest of backup {id} belongs to another backup, {manifest.Id}.");
        }

        var checksum = ReadFile(folder.CheckPath(id, BackupCheckKind.Checksum), BackupJson.Default.BackupCheck);
        var restore = ReadFile(folder.CheckPath(id, BackupCheckKind.Restore), BackupJson.Default.BackupCheck);
        return new CatalogEntry(manifest, checksum, restore, folder.DumpProblem(manifest));
    }

    private static T? ReadFile<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException damaged)
        {
            throw new BackupProblemException($"{Path.GetFileName(path)} is damaged: {damaged.Message}", damaged);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A backup is left out of the list: {Reason}")]
    private partial void LogUnreadable(string reason);
}
