using System.Diagnostics;
using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>The write-ahead log in a cluster's store, as its names say and as Debian's programs open it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LogInStore(BackedUpCluster cluster)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    /// <summary>Every object of log.</summary>
    public IReadOnlyList<(WalObject Log, string Path)> Objects()
    {
        var folder = Path.Combine(cluster.StoreFolder, "wal");
        return !Directory.Exists(folder) ? [] : [.. from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                                                    where Path.GetFileName(path)[0] != '.'
                                                    let name = ObjectName.TryParse(Path.GetRelativePath(cluster.StoreFolder, path))
                                                    let log = name is null ? null : WalObject.TryParse(name)
                                                    where log is not null
                                                    orderby log.FileName
                                                    select (log, path)];
    }

    /// <summary>Names of the finished segments.</summary>
    public IReadOnlyList<string> Segments() => [.. Objects().Where(each => each.Log.Kind == WalObjectKind.Segment).Select(each => each.Log.FileName).Distinct()];

    /// <summary>The gaps that were recorded, as <c>FROM-TO</c>.</summary>
    public IReadOnlyList<string> Gaps() => !Directory.Exists(cluster.StoreFolder) ? []
        : [.. Directory.EnumerateFiles(cluster.StoreFolder, "gap-*.json", SearchOption.AllDirectories).Select(path => Path.GetFileName(path).Split('.')[0][4..])];

    /// <summary>Waits until the server sends its log to a receiver that has all of it on its disk.</summary>
    public Task IsReceivedAsync() => Eventually.BecomesTrueAsync("the log is received", Soon, () => cluster.Server.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = 'productionready' AND state = 'streaming' AND flush_lsn >= pg_current_wal_flush_lsn())"));

    /// <summary>Finishes the server's current segment and waits until the store has it.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> StoresSegmentAsync()
    {
        var name = await cluster.Server.QueryAsync<string>("SELECT pg_walfile_name(pg_switch_wal())");
        await Eventually.BecomesTrueAsync($"{name} is stored", Soon, () => Task.FromResult(Segments().Contains(name)));
        return name;
    }

    /// <summary>Waits until the store has everything that was written until now.</summary>
    public async Task CatchesUpAsync()
    {
        var segment = await cluster.Server.QueryAsync<string>("SELECT pg_walfile_name(pg_current_wal_flush_lsn())");
        var offset = await cluster.Server.QueryAsync<int>("SELECT file_offset FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())");
        await Eventually.BecomesTrueAsync($"{offset} bytes of {segment} are stored", Soon, () => Task.FromResult(Objects().Any(each =>
            string.CompareOrdinal(each.Log.FileName, segment) > 0
            || (each.Log.FileName == segment && (each.Log.Kind == WalObjectKind.Segment || each.Log.Reach >= offset - 8)))));
    }

    /// <summary>No segment is missing between the first and the last of a timeline. Two are stored at a time, so one may come after the next.</summary>
    public Task HasNoHoleAsync() => Eventually.BecomesTrueAsync("the log has no hole", Soon, () => Task.FromResult(
        Segments().Select(name => WalSegment.TryParse(name)!.Value).GroupBy(segment => segment.Timeline)
            .All(timeline => timeline.Max(segment => segment.Number) - timeline.Min(segment => segment.Number) + 1 == (ulong)timeline.Count())));

    /// <summary>Opens what there is of the newest unfinished segment: from a copy, for the next part may take its place at any time.</summary>
    public async Task<(WalObject Log, byte[] Content)> OpenNewestPartAsync()
    {
        var copy = Path.Combine(cluster.Folder, Path.GetRandomFileName());
        WalObject? log = null;
        await Eventually.BecomesTrueAsync("there is an unfinished segment", Soon, () =>
        {
            var newest = Objects().Where(each => each.Log.Kind == WalObjectKind.Partial).OrderBy(each => (each.Log.FileName, each.Log.Reach)).LastOrDefault();
            try
            {
                File.Copy(newest.Path ?? throw new FileNotFoundException(), copy, overwrite: true);
                log = newest.Log;
                return Task.FromResult(true);
            }
            catch (FileNotFoundException)
            {
                return Task.FromResult(false);
            }
        });
        return (log!, await OpenAsync(copy));
    }

    /// <summary>Opens an object with age and zstd.</summary>
    public async Task<byte[]> OpenAsync(string path)
    {
        using var open = Process.Start(new ProcessStartInfo("sh", ["-c", "age --decrypt -i \"$0\" \"$1\" | zstd -q -d -c", cluster.IdentityFile, path]) { RedirectStandardOutput = true })!;
        using var content = new MemoryStream();
        await open.StandardOutput.BaseStream.CopyToAsync(content);
        await open.WaitForExitAsync();
        open.ExitCode.ShouldBe(0);
        return content.ToArray();
    }
}
