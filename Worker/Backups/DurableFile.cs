namespace ProductionReady.Worker.Backups;

/// <summary>
/// A file that appears under its name whole or not at all: written under a name that begins with a dot, forced to disk, then
/// renamed. Disposed without <see cref="Commit"/>, nothing of it is left.
/// </summary>
public sealed class DurableFile : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;

    private DurableFile(string path, FileStream stream) => (this.path, this.stream) = (path, stream);

    /// <summary>Where to write; unbuffered.</summary>
    public Stream Stream => stream;

    /// <summary>Begins a file, readable by this account alone; makes its folder when that is missing.</summary>
    public static DurableFile Create(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        PrivateFiles.CreateFolder(folder);
        var partial = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.partial");
        return new DurableFile(path, PrivateFiles.Create(partial));
    }

    /// <summary>Writes a whole small file.</summary>
    public static void Write(string path, byte[] content)
    {
        using var file = Create(path);
        file.Stream.Write(content);
        file.Commit();
    }

    /// <summary>Gives the file its name; when this returns, content and name are on disk.</summary>
    public void Commit()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(stream.Name, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        File.Delete(stream.Name);
    }
}
