namespace ProductionReady.Worker.Backups.Store;

/// <summary>
/// A folder for what this process stages. A file beside it stays locked while the process lives, so that what a killed one left is
/// recognised, and swept by the next.
/// </summary>
/// <param name="parent">Holds the folders of all processes.</param>
public sealed class StagingArea(string parent) : IDisposable
{
    private const string LockSuffix = ".lock";
    private readonly Lock once = new();
    private FileStream? held;
    private string? location;

    /// <summary>Full path; made at the first use.</summary>
    public string Location
    {
        get
        {
            lock (once)
            {
                return location ??= Create();
            }
        }
    }

    /// <summary>Deletes the folder with what is in it.</summary>
    public void Dispose()
    {
        if (location is not null)
        {
            Delete(location, held!);
        }
    }

    private string Create()
    {
        PrivateFiles.CreateFolder(parent);
        SweepAbandoned();
        var made = Path.Combine(parent, Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
        held = new FileStream(made + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        PrivateFiles.CreateFolder(made);
        return made;
    }

    private void SweepAbandoned()
    {
        foreach (var lockFile in Directory.EnumerateFiles(parent, $"*{LockSuffix}"))
        {
            try
            {
                Delete(lockFile[..^LockSuffix.Length], new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                // Locked by a process that lives, or another account's: not ours to delete.
            }
        }
    }

    private static void Delete(string location, FileStream held)
    {
        if (Directory.Exists(location))
        {
            Directory.Delete(location, recursive: true);
        }

        File.Delete(held.Name);
        held.Dispose();
    }
}
