using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Restore;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Restore;

/// <summary>Log is looked for while a Worker goes on storing it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LogShelfTests : IAsyncLifetime
{
    private const string SystemId = "7300000000000000001";
    private const int SegmentSize = 1024 * 1024;
    private static readonly string Segment = new WalSegment(1, 5, SegmentSize).FileName;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-shelf-");
    private readonly FolderStore _store;
    private Sealer _sealer = null!;
    private Unsealer _unsealer = null!;

    public LogShelfTests() => _store = new FolderStore(Path.Combine(_folder.FullName, "store"));

    private string Copy => Path.Combine(_folder.FullName, "copy");

    private string Spool => Path.Combine(_folder.FullName, "spool");

    private string Spooled => Path.Combine(Spool, SystemId, Segment);

    public async ValueTask InitializeAsync()
    {
        var key = await BackupKey.CreateAsync(_folder.FullName);
        _sealer = new Sealer(Options.Create(new EncryptionOptions { Recipients = [key.Recipient] }));
        _unsealer = new Unsealer(Options.Create(new EncryptionOptions { IdentityFile = key.IdentityFile }));
        Directory.CreateDirectory(Path.Combine(Spool, SystemId));
    }

    [Fact]
    public async Task Part_of_a_segment_that_was_replaced_since_it_was_listed_is_found_in_what_took_its_place()
    {
        var part = await PutAsync(WalObjectKind.Partial, reach: 100);
        var shelf = await ListAsync();
        await PutAsync(WalObjectKind.Partial, reach: 200);
        await _store.DeleteAsync(part, CancellationToken.None);
        (await shelf.TryCopyAsync(Segment, Copy, CancellationToken.None)).ShouldBeTrue();
        (await ReachOfCopyAsync()).ShouldBe(200);
    }

    [Fact]
    public async Task Segment_that_was_finished_in_the_spool_or_left_it_since_it_was_listed_is_found()
    {
        await File.WriteAllBytesAsync($"{Spooled}.partial", Content(100));
        var shelf = await ListAsync();
        File.Move($"{Spooled}.partial", Spooled);
        await File.WriteAllBytesAsync(Spooled, Content(SegmentSize));
        (await shelf.TryCopyAsync(Segment, Copy, CancellationToken.None)).ShouldBeTrue();
        (await ReachOfCopyAsync()).ShouldBe(SegmentSize);

        shelf = await ListAsync();
        await PutAsync(WalObjectKind.Segment, SegmentSize);
        File.Delete(Spooled);
        (await shelf.TryCopyAsync(Segment, Copy, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Less_of_a_segment_never_takes_the_place_of_more_that_is_damaged()
    {
        await PutAsync(WalObjectKind.Partial, reach: 100);
        var more = await PutAsync(WalObjectKind.Partial, reach: 200);
        StoreFiles.FlipByte(Path.Combine(_folder.FullName, "store", more.Key));
        var shelf = await ListAsync();
        (await Should.ThrowAsync<BackupProblemException>(() => shelf.TryCopyAsync(Segment, Copy, CancellationToken.None))).Message.ShouldContain($"{more.Key} is damaged");

        var whole = await PutAsync(WalObjectKind.Segment, SegmentSize);
        StoreFiles.FlipByte(Path.Combine(_folder.FullName, "store", whole.Key));
        shelf = await ListAsync();
        (await Should.ThrowAsync<BackupProblemException>(() => shelf.TryCopyAsync(Segment, Copy, CancellationToken.None))).Message.ShouldContain($"{whole.Key} is damaged");
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static byte[] Content(int reach)
    {
        var content = new byte[SegmentSize];
        content.AsSpan(0, reach).Fill(1);
        return content;
    }

    private Task<LogShelf> ListAsync() => LogShelf.ListAsync(_store, _unsealer, SystemId, SegmentSize, Spool, CancellationToken.None);

    private async Task<ObjectName> PutAsync(WalObjectKind kind, int reach)
    {
        var log = new WalObject(SystemId, kind, Segment, kind == WalObjectKind.Partial ? reach : 0);
        var staged = await _sealer.SealAsync(new MemoryStream(Content(reach)), compress: true, _store.StagingFolder, CancellationToken.None);
        var name = new ObjectName(log.Path, staged.Digest.Sha256, ObjectName.CompressedAndSealed);
        await _store.PutAsync(name, staged, CancellationToken.None);
        return name;
    }

    private async Task<long> ReachOfCopyAsync() => (await File.ReadAllBytesAsync(Copy)).AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
}
