using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups;

/// <summary>
/// A temporary folder for a scratch server. The file <c>NAME.lock</c> beside it stays locked while this process lives, so
/// what a killed one left is recognised, and swept by the next.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "pr-scratch-";
    private const string LockSuffix = ".lock";

    private readonly FileStream held;

    private ScratchFolder(string location, FileStream held) => (Location, this.held) = (location, held);

    /// <summary>Full path of the folder.</summary>
    public string Location { get; }

    /// <summary>Makes a folder that the account of unprivileged children owns and no other can enter.</summary>
    public static async Task<ScratchFolder> CreateAsync(string parent, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(parent);
        SweepAbandoned(parent);
        var location = Path.Combine(parent, Prefix + Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal));
        var held = new FileStream(location + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var folder = new ScratchFolder(location, held);
        try
        {
            PrivateFiles.CreateFolder(location);
            if (ChildProgram.DropsPrivileges)
            {
                await using var chown = await ChildProcess.StartAsync(new ChildProgram("chown", ChildProgram.UnprivilegedUser, location));
                await chown.WaitForSuccessAsync(cancellationToken);
            }

            return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the folder with everything in it.</summary>
    public void Dispose() => Delete(Location, held);

    private static void SweepAbandoned(string parent)
    {
        foreach (var lockFile in Directory.EnumerateFiles(parent, $"{Prefix}*{LockSuffix}"))
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
