using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>Opens a base backup into a data folder. Its digest is compared on the way: what was damaged leaves no data folder.</summary>
public sealed class BaseUnpacking(IObjectStore store, Unsealer unsealer)
{
    private const int BufferSize = 1024 * 1024;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    /// <param name="backup">Which.</param>
    /// <param name="folder">Empty; of the account of unprivileged children.</param>
    /// <param name="progress">Told of the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupProblemException">It is missing, damaged or sealed for others; names the object.</exception>
    public async Task RunAsync(StoredBackup backup, string folder, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var name = ObjectName.TryParse(backup.Objects[0].Key) ?? throw new BackupProblemException($"Base backup {backup.Id} names no object: {backup.Objects[0].Key}.");
        progress?.Report($"Base backup {backup.Id} ({backup.Size >> 20} MiB sealed): unpacking");
        var size = await unsealer.OpenAsync(store, name, (plain, token) => UnpackAsync(plain, folder, progress, token), cancellationToken);
        progress?.Report($"Base backup {backup.Id}: {size >> 20} MiB unpacked");
    }

    private static async Task<long> UnpackAsync(Stream plain, string folder, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        await using var tar = await ChildProcess.StartAsync(new ChildProgram("tar", "--blocking-factor=128", "-xf", "-", "-C", folder) { Unprivileged = true });
        var said = tar.Output.CopyToAsync(Stream.Null, cancellationToken);
        var buffer = new byte[BufferSize];
        var (size, reportedAt) = (0L, Environment.TickCount64);
        try
        {
            int read;
            while ((read = await plain.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await tar.Input.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                size += read;
                if (Environment.TickCount64 - reportedAt >= ReportEvery.TotalMilliseconds)
                {
                    progress?.Report($"Base backup: {size >> 20} MiB unpacked so far");
                    reportedAt = Environment.TickCount64;
                }
            }
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // The pipe broke: tar says why.
            await tar.WaitForSuccessAsync(cancellationToken);
            throw;
        }

        await tar.Input.DisposeAsync();
        await said;
        await tar.WaitForSuccessAsync(cancellationToken);
        return size;
    }
}
