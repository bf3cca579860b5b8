using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>The log of one cluster that there is, in the store and in the spool, as it was when it was listed.</summary>
public sealed class LogShelf
{
    private const int Looks = 3;

    private readonly ConcurrentDictionary<string, ImmutableList<LogFile>> files = new(StringComparer.Ordinal);
    private readonly IObjectStore store;
    private readonly Unsealer unsealer;

    private readonly string systemId;
    private readonly string? spool;

    private LogShelf(IObjectStore store, Unsealer unsealer, string systemId, int segmentSize, string? spool) =>
        (this.store, this.unsealer, this.systemId, SegmentSize, this.spool) = (store, unsealer, systemId, segmentSize, spool);

    /// <summary>Bytes of a segment.</summary>
    public int SegmentSize { get; }

    /// <summary>Lists what there is.</summary>
    /// <param name="store">The store.</param>
    /// <param name="unsealer">Opens what is in it.</param>
    /// <param name="systemId">The cluster's system identifier.</param>
    /// <param name="segmentSize">Bytes of a segment.</param>
    /// <param name="spool">The spool's folder; null to do without.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LogShelf> ListAsync(
        IObjectStore store, Unsealer unsealer, string systemId, int segmentSize, string? spool, CancellationToken cancellationToken)
    {
        var shelf = new LogShelf(store, unsealer, systemId, segmentSize, spool);
        await foreach (var (name, file) in shelf.LookAsync("", cancellationToken))
        {
            shelf.files.AddOrUpdate(name, [file], (_, copies) => copies.Add(file));
        }

        return shelf;
    }

    /// <summary>The copies of a file, the best first: whole ones from the store, which are compared with their digest, whole ones from the spool, then the unfinished that reach furthest.</summary>
    public IReadOnlyList<LogFile> Find(string fileName) =>
        [.. files.GetValueOrDefault(fileName, []).OrderByDescending(file => file.IsWhole).ThenByDescending(file => file.Reach).ThenBy(file => file is SpooledLogFile)];

    /// <summary>All segments of which there is at least a part.</summary>
    public IEnumerable<WalSegment> Segments => files.Keys.Select(name => WalSegment.TryParse(name, SegmentSize)).OfType<WalSegment>();

    /// <summary>The way to a timeline, or to the newest.</summary>
    /// <exception cref="BackupProblemException">Its history is missing or damaged.</exception>
    public async Task<TimelineHistory> HistoryAsync(uint? timeline, CancellationToken cancellationToken)
    {
        var newest = timeline ?? files.Keys.Where(name => name.EndsWith(".history", StringComparison.Ordinal)).Select(name => Convert.ToUInt32(name[..8], 16))
            .Concat(Segments.Select(segment => segment.Timeline)).DefaultIfEmpty(1u).Max();
        if (newest == 1)
        {
            return new TimelineHistory(1, []);
        }

        var file = Path.GetTempFileName();
        try
        {
            return await TryCopyAsync(TimelineHistory.FileName(newest), file, cancellationToken)
                ? TimelineHistory.Parse(newest, await File.ReadAllTextAsync(file, cancellationToken))
                : throw new BackupProblemException($"{TimelineHistory.FileName(newest)} is missing: nobody knows where timeline {newest} branched off.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Copies a file from the first of its copies that is sound.</summary>
    /// <returns>False when there is no copy.</returns>
    /// <exception cref="BackupProblemException">There are, and each is damaged: names the first.</exception>
    public async Task<bool> TryCopyAsync(string fileName, string path, CancellationToken cancellationToken)
    {
        BackupProblemException? problem = null;
        var copies = Find(fileName);
        foreach (var file in copies)
        {
            if (problem is not null && !file.IsWhole)
            {
                // Less of the log in the place of what cannot be read would be lost commits that nobody tells of.
                break;
            }

            try
            {
                File.Delete(path);
                await CopyAsync(file, path, fileName, cancellationToken);
                return true;
            }
            catch (BackupProblemException damaged)
            {
                problem ??= damaged;
            }
            catch (FileNotFoundException) when (file is SpooledLogFile)
            {
                problem ??= new BackupProblemException($"{file} is missing.");
            }
        }

        // A Worker goes on bringing the spool into the store, and more of a segment takes the place of less.
        return problem is null ? false : await ChangedAsync(fileName, copies, cancellationToken) ? await TryCopyAsync(fileName, path, cancellationToken) : throw problem;
    }

    /// <summary>Looks again for the copies of a file, and whether there are others now. While one takes the place of another, a listing may show neither.</summary>
    private async Task<bool> ChangedAsync(string fileName, IReadOnlyList<LogFile> before, CancellationToken cancellationToken)
    {
        List<LogFile> now = [];
        for (var look = 0; look < Looks && now.Count == 0; look++)
        {
            now = await LookAsync(fileName, cancellationToken).Where(found => found.Name == fileName).Select(found => found.File).ToListAsync(cancellationToken);
        }

        files[fileName] = [.. now];
        return !now.ToHashSet().SetEquals(before);
    }

    /// <summary>The spool first: what has left it since is in the store.</summary>
    private async IAsyncEnumerable<(string Name, LogFile File)> LookAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var found in spool is null ? [] : SpoolFolder.List(spool, systemId, SegmentSize))
        {
            yield return found;
        }

        await foreach (var stored in store.ListAsync($"{WalObject.PrefixOf(systemId)}{beginning}", cancellationToken))
        {
            if (WalObject.TryParse(stored.Name) is { } known)
            {
                yield return (known.FileName, new StoredLogFile(stored.Name, known.Kind == WalObjectKind.Partial ? known.Reach : null));
            }
        }
    }

    private async Task CopyAsync(LogFile file, string path, string fileName, CancellationToken cancellationToken)
    {
        if (file is StoredLogFile stored)
        {
            await unsealer.OpenIntoAsync(store, stored.Name, path, cancellationToken);
        }
        else
        {
            await using var source = new FileStream(((SpooledLogFile)file).Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using var target = PrivateFiles.Create(path);
            await source.CopyToAsync(target, cancellationToken);
        }

        if (WalSegment.TryParse(fileName, SegmentSize) is not null)
        {
            // The server takes no segment of another size; behind the end of what was received there is nothing.
            await using var segment = new FileStream(path, FileMode.Open, FileAccess.Write);
            segment.SetLength(SegmentSize);
        }
    }
}
