using Microsoft.Extensions.Hosting;

namespace ProductionReady.AppHost.Embedded;

/// <summary>
/// Keeps a data folder for one AppHost. A second one would find the first one's servers answering on the kept ports, take
/// them for its own, and lose them when the first one ends. The system lets go of the lock however the AppHost ends.
/// </summary>
internal sealed class DataFolderLock : IHostedService, IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder until the host is disposed of.</summary>
    /// <param name="folder">The folder with the data of all servers; exists.</param>
    /// <exception cref="IOException">Another AppHost has it; says what to do.</exception>
    public static DataFolderLock Take(string folder)
    {
        try
        {
            return new(new FileStream(Path.Combine(folder, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken) when (taken is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new IOException($"{folder} is in use by another running AppHost. Stop that one, or name another folder with Servers:DataPath.", taken);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
