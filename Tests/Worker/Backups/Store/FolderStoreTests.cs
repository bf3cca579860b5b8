using System.Runtime.Versioning;
using System.Security.Cryptography;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups.Store;

[UnsupportedOSPlatform("windows")]
public sealed class FolderStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-store-");
    private readonly FolderStore _store;

    public FolderStoreTests() => _store = new FolderStore(Path.Combine(_folder.FullName, "store"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Object_is_read_as_it_was_put_when_it_was_staged_in_the_store_or_elsewhere(bool inTheStore)
    {
        var content = RandomNumberGenerator.GetBytes(1_000_000);
        var name = await PutAsync("base/one/base.tar", content, inTheStore ? _store.StagingFolder : Path.Combine(_folder.FullName, "elsewhere"));

        await using var read = await _store.OpenAsync(name, CancellationToken.None);
        using var copy = new MemoryStream();
        await read.CopyToAsync(copy);
        copy.ToArray().ShouldBe(content);
        (await ListAsync("")).ShouldBe([name.Key]);
        File.GetUnixFileMode(Path.Combine(_folder.FullName, "store", name.Key)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _store.Dispose();
        Directory.EnumerateFiles(_folder.FullName, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Listing_goes_by_prefix_and_passes_over_what_is_no_object()
    {
        var first = await PutAsync("wal/7/000000010000000000000001", [1], _store.StagingFolder);
        var second = await PutAsync("wal/7/000000010000000000000002", [2], _store.StagingFolder);
        await PutAsync("base/one/backup", [3], _store.StagingFolder);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "store", "wal", "7", "notes.txt"), "mine");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "store", "catalog.json"), "{}");

        (await ListAsync("wal/7/00000001000000000000000")).ShouldBe([first.Key, second.Key]);
        (await ListAsync("wal/7/000000010000000000000002")).ShouldBe([second.Key]);
        (await ListAsync("dump/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Object_is_refused_and_not_kept_when_it_is_not_what_its_name_says()
    {
        var staged = await StageAsync([1, 2, 3], _store.StagingFolder);
        var name = new ObjectName("base/one/base.tar", new string('0', 64), ObjectName.Sealed);
        var refused = await Should.ThrowAsync<BackupProblemException>(() => _store.PutAsync(name, staged, CancellationToken.None));
        refused.Message.ShouldStartWith("base/one/base.tar was not stored whole in the folder ");
        (await ListAsync("")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Missing_object_is_named_and_deleting_it_is_no_mistake()
    {
        var name = new ObjectName("base/one/base.tar", new string('a', 64), ObjectName.Sealed);
        (await Should.ThrowAsync<BackupProblemException>(() => _store.OpenAsync(name, CancellationToken.None))).Message.ShouldStartWith($"{name.Key} is missing in ");
        await _store.DeleteAsync(name, CancellationToken.None);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<ObjectName> PutAsync(string path, byte[] content, string staging)
    {
        var staged = await StageAsync(content, staging);
        var name = new ObjectName(path, staged.Digest.Sha256, ObjectName.Sealed);
        await _store.PutAsync(name, staged, CancellationToken.None);
        return name;
    }

    private static async Task<StagedFile> StageAsync(byte[] content, string staging)
    {
        await using var file = StagedFile.Create(staging);
        var digest = await HashedCopy.RunAsync(new MemoryStream(content), file, CancellationToken.None);
        return new StagedFile(file.Name, digest);
    }

    private async Task<List<string>> ListAsync(string prefix) =>
        await _store.ListAsync(prefix, CancellationToken.None).Select(each => each.Name.Key).ToListAsync();
}
