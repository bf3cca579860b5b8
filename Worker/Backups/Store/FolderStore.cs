using System.Runtime.CompilerServices;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>A store in a folder of this machine, or one that is mounted here. A key is the path of a file below it.</summary>
/// <param name="folder">Full path; made when missing, for this account alone.</param>
public sealed class FolderStore(string folder) : IObjectStore, IDisposable
{
    private readonly StagingArea staging = new(Path.Combine(folder, ".staging"));

    /// <inheritdoc/>
    public string Location => $"the folder {folder}";

    /// <inheritdoc/>
    public string StagingFolder => staging.Location;

    /// <inheritdoc/>
    public async Task PutAsync(ObjectName name, StagedFile file, CancellationToken cancellationToken)
    {
        using var taken = file;
        var path = PathOf(name);
        try
        {
            CreateFolders(Path.GetDirectoryName(path)!);
            await PlaceAsync(file.Path, path, cancellationToken);
            await using var stored = File.OpenRead(path);
            var found = await HashedCopy.RunAsync(stored, Stream.Null, cancellationToken);
            if (found != file.Digest || found.Sha256 != name.Sha256)
            {
                throw new BackupProblemException($"{name.Path} was not stored whole in {Location}: it was read back with {found.Size} bytes and SHA-256 {found.Sha256}.");
            }
        }
        catch (Exception failed)
        {
            File.Delete(path);
            if (failed is IOException or UnauthorizedAccessException)
            {
                throw new BackupProblemException($"{name.Path} could not be stored in {Location}: {failed.Message}", failed);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Stream>(File.OpenRead(PathOf(name)));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BackupProblemException($"{name} is missing in {Location}.", missing);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BackupProblemException($"{name} cannot be read in {Location}: {unreadable.Message}", unreadable);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var within = new DirectoryInfo(Path.Combine(folder, Path.GetDirectoryName(prefix) ?? ""));
        if (!within.Exists)
        {
            yield break;
        }

        var found = from file in FilesOf(within, Path.GetFileName(prefix))
                    let name = ObjectName.TryParse(Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'))
                    where name is not null
                    select (Name: name, File: file);
        foreach (var (name, file) in found.OrderBy(each => each.Name.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Exists)
            {
                yield return new StoredObject(name, file.Length, file.LastWriteTimeUtc);
            }
        }

        await Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(name));
            return Task.CompletedTask;
        }
        catch (DirectoryNotFoundException)
        {
            return Task.CompletedTask;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new BackupProblemException($"{name} could not be deleted in {Location}: {refused.Message}", refused);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => staging.Dispose();

    /// <summary>Does not look where nothing can be: there may be very many segments of the log.</summary>
    private static IEnumerable<FileInfo> FilesOf(DirectoryInfo within, string begin) =>
        within.EnumerateFileSystemInfos("*", new EnumerationOptions())
            .Where(entry => entry.Name.StartsWith(begin, StringComparison.Ordinal))
            .SelectMany(entry => entry is DirectoryInfo directory
                ? directory.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true })
                : [(FileInfo)entry]);

    private string PathOf(ObjectName name) => Path.Combine(folder, name.Key);

    private void CreateFolders(string path)
    {
        PrivateFiles.CreateFolder(folder);
        PrivateFiles.CreateFolder(path);
    }

    /// <summary>From the own staging folder a rename; from elsewhere a copy under a name that begins with a dot, then a rename.</summary>
    private async Task PlaceAsync(string from, string path, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(from) == StagingFolder)
        {
            using (var staged = new FileStream(from, FileMode.Open, FileAccess.ReadWrite))
            {
                staged.Flush(flushToDisk: true);
            }

            File.Move(from, path, overwrite: true);
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
            return;
        }

        using var copy = DurableFile.Create(path);
        await using (var source = File.OpenRead(from))
        {
            await source.CopyToAsync(copy.Stream, cancellationToken);
        }

        copy.Commit();
    }
}
