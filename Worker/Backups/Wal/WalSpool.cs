using Microsoft.Extensions.Options;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>
/// The folder on this machine into which log is received, with one folder for each cluster: what is in it is not in the store
/// yet, or is being written. One process at a time works it.
/// </summary>
public sealed class WalSpool(IOptions<WalOptions> options, IOptions<BackupOptions> backups)
{
    private const string Aside = "aside";

    /// <summary>Full path.</summary>
    public string Location { get; } = Path.GetFullPath(options.Value.Spool ?? Path.Combine(backups.Value.Folder, "spool"));

    /// <summary>Where the log of one cluster is received.</summary>
    public string FolderOf(string systemId) => Path.Combine(Location, systemId);

    /// <summary>The clusters of which there is log, with those that are gone.</summary>
    public IReadOnlyList<string> SystemIds() => !Directory.Exists(Location) ? []
        : [.. Directory.EnumerateDirectories(Location).Select(folder => Path.GetFileName(folder)).Where(name => name.All(char.IsAsciiDigit)).Order(StringComparer.Ordinal)];

    /// <summary>What was received of a cluster, in the order of the log.</summary>
    public IReadOnlyList<SpoolFile> Files(string systemId) => In(FolderOf(systemId), SearchOption.TopDirectoryOnly);

    /// <summary>What was put aside because the server does not go on from it: still to be stored.</summary>
    public IReadOnlyList<SpoolFile> FilesAside(string systemId) => In(Path.Combine(FolderOf(systemId), Aside), SearchOption.AllDirectories);

    /// <summary>Puts a file out of the receiver's way.</summary>
    public void PutAside(string systemId, SpoolFile file)
    {
        var place = Path.Combine(FolderOf(systemId), Aside, Path.GetRandomFileName());
        PrivateFiles.CreateFolder(Path.Combine(FolderOf(systemId), Aside));
        PrivateFiles.CreateFolder(place);
        if (File.Exists(file.Path))
        {
            File.Move(file.Path, Path.Combine(place, Path.GetFileName(file.Path)));
        }
    }

    /// <summary>Makes the folder of a cluster, for this account alone.</summary>
    public string Open(string systemId)
    {
        PrivateFiles.CreateFolder(Location);
        PrivateFiles.CreateFolder(FolderOf(systemId));
        return FolderOf(systemId);
    }

    /// <summary>Takes the spool for this process until disposed, or until the process is gone; null when another has it.</summary>
    public IDisposable? TryLock()
    {
        PrivateFiles.CreateFolder(Location);
        try
        {
            return new FileStream(Path.Combine(Location, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    /// <summary>Bytes that all files of it take.</summary>
    public long Size() => !Directory.Exists(Location) ? 0
        : new DirectoryInfo(Location).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true }).Sum(file => file.Exists ? file.Length : 0);

    private static List<SpoolFile> In(string folder, SearchOption depth) => !Directory.Exists(folder) ? []
        : [.. Directory.EnumerateFiles(folder, "*", depth).Select(SpoolFile.TryParse).OfType<SpoolFile>().OrderBy(file => file.IsHistory ? "" : file.Order, StringComparer.Ordinal)];
}
