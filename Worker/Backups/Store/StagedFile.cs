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
    public static FileStream Create(string stagingFolder)
    {
        PrivateFiles.CreateFolder(stagingFolder);
        return PrivateFiles.Create(System.IO.Path.Combine(stagingFolder, System.IO.Path.GetRandomFileName()));
    }

    /// <inheritdoc/>
    public void Dispose() => File.Delete(path);
}
