using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Seals one file of the spool and stores it, unless the store has as much of it.</summary>
public sealed partial class WalShipment(Sealer sealer, IObjectStore store, StoredWal stored, ILogger<WalShipment> logger)
{
    /// <summary>Stores a finished segment, or a history. The file stays.</summary>
    public async Task StoreWholeAsync(string systemId, SpoolFile file, CancellationToken cancellationToken)
    {
        if (stored.Has(systemId, file.Name))
        {
            return;
        }

        await using var content = File.OpenRead(file.Path);
        var log = new WalObject(systemId, file.IsHistory ? WalObjectKind.History : WalObjectKind.Segment, file.Name);
        await StoreAsync(log, (target, token) => content.CopyToAsync(target, token), cancellationToken);
    }

    /// <summary>Stores what there is of an unfinished segment, padded with zeros as the server wants it, when that is more than before.</summary>
    public async Task StorePartialAsync(string systemId, SpoolFile file, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = File.OpenRead(file.Path);
            var reach = SpoolFile.Reach(content);
            if (reach == 0 || reach <= stored.Reach(systemId, file.Name) || stored.Has(systemId, file.Name))
            {
                return;
            }

            content.Position = 0;
            await StoreAsync(new WalObject(systemId, WalObjectKind.Partial, file.Name, reach), (target, token) => PadAsync(content, reach, target, token), cancellationToken);
        }
        catch (FileNotFoundException)
        {
            // Finished, and so renamed, since it was listed.
        }
    }

    /// <summary>Deletes unfinished segments of which the store has more by now.</summary>
    public async Task DeleteOutdatedAsync(CancellationToken cancellationToken)
    {
        foreach (var name in stored.TakeOutdated())
        {
            try
            {
                await store.DeleteAsync(name, cancellationToken);
            }
            catch (BackupProblemException refused)
            {
                // Harmless: the one that reaches farthest is what is read.
                LogNotDeleted(refused.Message);
            }
        }
    }

    private async Task StoreAsync(WalObject log, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var staged = await sealer.SealAsync(write, compress: true, store.StagingFolder, cancellationToken);
        var name = new ObjectName(log.Path, staged.Digest.Sha256, ObjectName.CompressedAndSealed);
        await store.PutAsync(name, staged, cancellationToken);
        stored.Add(log, name);
    }

    /// <summary>What was written after the reach was found is left out, so that name and content agree.</summary>
    private static async Task PadAsync(FileStream content, long reach, Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[256 * 1024];
        var size = content.Length;
        for (long at = 0; at < size;)
        {
            var wanted = (int)Math.Min(buffer.Length, size - at);
            var real = (int)Math.Clamp(reach - at, 0, wanted);
            await content.ReadExactlyAsync(buffer.AsMemory(0, real), cancellationToken);
            buffer.AsSpan(real, wanted - real).Clear();
            await target.WriteAsync(buffer.AsMemory(0, wanted), cancellationToken);
            at += wanted;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "An outdated unfinished segment stays in the store: {Reason}")]
    private partial void LogNotDeleted(string reason);
}
