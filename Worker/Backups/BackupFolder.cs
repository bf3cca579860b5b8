using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace ProductionReady.Worker.Backups;

/// <summary>The names of a backup's files: <c>ID.dump</c>, <c>ID.json</c> (the manifest, last to appear) and one per check.</summary>
public sealed partial class BackupFolder(IOptions<BackupOptions> options)
{
    /// <summary>Full path of the folder.</summary>
    public string Location { get; } = Path.GetFullPath(options.Value.Folder);

    /// <summary>Makes an id that sorts by age; the random end keeps two of the same second apart.</summary>
    public static string NewId(DateTimeOffset startedAt) =>
        $"{startedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";

    /// <summary>Where the dump of a backup is or will be.</summary>
    public string DumpPath(string id) => Path.Combine(Location, $"{id}.dump");

    /// <summary>Where its manifest is or will be.</summary>
    public string ManifestPath(string id) => Path.Combine(Location, $"{id}.json");

    /// <summary>Where the outcome of its last check of a kind is or will be.</summary>
    public string CheckPath(string id, BackupCheckKind kind) =>
        Path.Combine(Location, $"{id}.{(kind == BackupCheckKind.Restore ? "restore" : "checksum")}.json");

    /// <summary>Ids of the backups, which are those that have a manifest; newest first.</summary>
    public IReadOnlyList<string> Ids() =>
        [.. Names().Select(name => ManifestName().Match(name)).Where(match => match.Success)
            .Select(match => match.Groups[1].Value).OrderDescending(StringComparer.Ordinal)];

    /// <summary>What can be said against the dump without reading it; null for nothing.</summary>
    public string? DumpProblem(BackupManifest manifest)
    {
        var dump = new FileInfo(DumpPath(manifest.Id));
        return !dump.Exists ? $"{manifest.File} is missing."
            : dump.Length != manifest.Size ? $"{manifest.File} has {dump.Length} bytes instead of {manifest.Size}."
            : null;
    }

    /// <summary>Deletes a backup, its manifest first: from then on it is none, whatever happens to the rest.</summary>
    public void Delete(string id)
    {
        File.Delete(ManifestPath(id));
        Delete(Names().Where(name => FileName().Match(name) is { Success: true } match && match.Groups[1].Value == id));
    }

    /// <summary>
    /// Deletes what a dead Worker left: files of ids without a manifest. Only for the holder of the backup lease, since to
    /// anyone else a backup in the making looks the same.
    /// </summary>
    /// <returns>The names of the deleted files.</returns>
    public IReadOnlyList<string> Sweep()
    {
        var complete = Ids().ToHashSet();
        return Delete(Names().Where(name => FileName().Match(name) is { Success: true } match && !complete.Contains(match.Groups[1].Value)));
    }

    private List<string> Delete(IEnumerable<string> names)
    {
        var deleted = names.ToList();
        deleted.ForEach(name => File.Delete(Path.Combine(Location, name)));
        return deleted;
    }

    private IEnumerable<string> Names() =>
        Directory.Exists(Location) ? Directory.EnumerateFiles(Location).Select(file => Path.GetFileName(file)) : [];

    [GeneratedRegex(@"^(\d{8}T\d{6}Z-[0-9a-f]{4})\.json$")]
    private static partial Regex ManifestName();

    [GeneratedRegex(@"^\.?(\d{8}T\d{6}Z-[0-9a-f]{4})\.(dump|json|restore\.json|checksum\.json)(\.[^.]+\.[^.]+\.partial)?$")]
    private static partial Regex FileName();
}
