namespace ProductionReady.Worker.Backups.Store;

/// <summary>A finished file on this machine that waits to become an object. Disposed before it was taken over, it is deleted.</summary>
/// <param name="path">Full path.</param>
/// <param name="digest">Of its content.</param>
public sealed class StagedFile(string path, ContentDigest digest) : IDisposable
{
    /// <summary>Full path.</summary>
    public string Path => path;

    /// <summary>Size and SHA-256 of its content.</summary>
    public ContentDigest Digest => digest;

    /// <summary>Makes a new empty file in a staging folder, for this account alone.</summary>
    /// <param name="stagingFolder">As the store wants it.</param>
    /// <param name="name">Begin of its name, by which whoever made it knows it again after a crash; none by default.</param>
    public static FileStream Create(string stagingFolder, string? name = null)
    {
        PrivateFiles.CreateFolder(stagingFolder);
        return PrivateFiles.Create(System.IO.Path.Combine(stagingFolder, name + System.IO.Path.GetRandomFileName()));
    }

    /// <summary>Makes one of a small content.</summary>
    public static async Task<StagedFile> WriteAsync(string stagingFolder, string? name, byte[] content, CancellationToken cancellationToken)
    {
        await using var file = Create(stagingFolder, name);
        try
        {
            using var source = new MemoryStream(content);
            return new StagedFile(file.Name, await HashedCopy.RunAsync(source, file, cancellationToken));
        }
        catch
        {
            File.Delete(file.Name);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(path);
}
