using System.Runtime.Versioning;
using System.Security.Cryptography;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups.Store;

[UnsupportedOSPlatform("windows")]
public sealed class S3StoreTests : IAsyncLifetime
{
    private const int Large = 12_000_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-s3-");
    private FaultyS3 _service = null!;
    private S3Store _store = null!;

    public async ValueTask InitializeAsync()
    {
        _service = await FaultyS3.StartAsync();
        _store = Store(_ => { });
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1000, true)]
    [InlineData(1000, false)]
    [InlineData(Large, true)]
    [InlineData(Large, false)]
    public async Task Object_is_read_as_it_was_put_whether_the_service_knows_checksums_or_not(int size, bool knowsChecksums)
    {
        _service.KnowsChecksums = knowsChecksums;
        var content = RandomNumberGenerator.GetBytes(size);
        var name = await PutAsync("base/one/base.tar", content);
        (await ReadAsync(name)).ShouldBe(content);
        _service.Objects.Keys.ShouldBe([$"production/{name.Key}"]);
        Directory.EnumerateFiles(_store.StagingFolder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Listing_goes_over_all_pages_in_order_and_by_prefix()
    {
        var names = new List<ObjectName>();
        for (var number = 0; number < 8; number++)
        {
            names.Add(await PutAsync($"wal/7/00000001000000000000000{number}", [(byte)number]));
        }

        await PutAsync("base/one/backup", [9]);
        _service.Objects["production/notes.txt"] = new FaultyS3.Stored([1], null, null);
        (await ListAsync("wal/7/")).ShouldBe(names);
        (await ListAsync("")).Count.ShouldBe(9);
        await _store.DeleteAsync(names[0], CancellationToken.None);
        await _store.DeleteAsync(names[0], CancellationToken.None);
        (await ListAsync("wal/7/")).ShouldBe(names[1..]);
        (await Should.ThrowAsync<BackupProblemException>(() => _store.OpenAsync(names[0], CancellationToken.None))).Message.ShouldStartWith($"{names[0].Key} is missing in the bucket backups");
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Upload_succeeds_when_the_service_errs_now_and_then(int size)
    {
        _service.ErrorsBeforeSuccess = 1;
        var content = RandomNumberGenerator.GetBytes(size);
        (await ReadAsync(await PutAsync("base/one/base.tar", content))).ShouldBe(content);
    }

    [Fact]
    public async Task Failure_of_the_service_is_told_in_one_sentence_that_names_object_and_bucket()
    {
        var name = await PutAsync("base/one/base.tar", [1]);
        _service.IsBroken = true;
        (await RefusedAsync("base/two/base.tar", [2])).ShouldStartWith("base/two/base.tar could not be stored in the bucket backups");
        (await Should.ThrowAsync<BackupProblemException>(() => _store.OpenAsync(name, CancellationToken.None))).Message.ShouldStartWith($"{name.Key} cannot be read in the bucket backups");
        (await Should.ThrowAsync<BackupProblemException>(() => ListAsync(""))).Message.ShouldContain("could not be listed");
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1000, false)]
    [InlineData(Large, true)]
    public async Task Upload_that_the_service_accepts_and_loses_is_found_at_once(int size, bool knowsChecksums)
    {
        (_service.LosesUploads, _service.KnowsChecksums) = (true, knowsChecksums);
        (await RefusedAsync("base/one/base.tar", RandomNumberGenerator.GetBytes(size))).ShouldStartWith("base/one/base.tar could not be stored");
        _service.Objects.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(Large)]
    public async Task Upload_that_the_service_stores_damaged_is_found_by_reading_it_back_and_removed(int size)
    {
        (_service.CorruptsUploads, _service.KnowsChecksums) = (true, false);
        (await RefusedAsync("base/one/base.tar", RandomNumberGenerator.GetBytes(size))).ShouldStartWith("base/one/base.tar was not stored whole");
        _service.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Service_that_tells_the_right_checksum_of_damaged_content_is_found_out_when_everything_is_read_back()
    {
        _service.CorruptsUploads = true;
        using var careful = Store(options => options.ReadBack = true);
        var refused = await Should.ThrowAsync<BackupProblemException>(() => PutAsync("base/one/base.tar", RandomNumberGenerator.GetBytes(1000), careful));
        refused.Message.ShouldContain("was not stored whole");
    }

    [Fact]
    public async Task Upload_of_which_half_is_stored_is_found_and_removed()
    {
        _service.TruncatesUploads = true;
        (await RefusedAsync("base/one/base.tar", RandomNumberGenerator.GetBytes(1000))).ShouldContain("it has 500 bytes instead of 1000");
        _service.Objects.ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_goes_on_where_it_stood_when_the_connection_breaks_or_brings_nothing_more()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        var name = await PutAsync("base/one/base.tar", content);
        _service.DownloadsToCut = 2;
        (await ReadAsync(name)).ShouldBe(content);
        using var impatient = Store(options => options.Timeout = TimeSpan.FromSeconds(1));
        _service.DownloadsToStall = 1;
        (await ReadAsync(name, impatient)).ShouldBe(content);
    }

    [Fact]
    public async Task Object_is_locked_for_the_days_configured_unless_it_is_replaced_by_the_minute()
    {
        using var locking = Store(options => options.LockDays = 40);
        await PutAsync("wal/7/000000010000000000000003", RandomNumberGenerator.GetBytes(1000), locking);
        await PutAsync("base/one/base.tar", RandomNumberGenerator.GetBytes(Large), locking);
        await PutAsync("wal/7/000000010000000000000004.partial-00A3F210", [1], locking);
        await PutAsync("check/one/checksum", [1], locking);
        _service.Objects.Where(stored => stored.Value.LockedUntil is not null).Select(stored => stored.Key.Split('/')[1]).Order(StringComparer.Ordinal).ShouldBe(["base", "wal"]);
        DateTimeOffset.Parse(_service.Objects.Single(stored => stored.Key.Contains("base.tar", StringComparison.Ordinal)).Value.LockedUntil!, System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBe(DateTimeOffset.UtcNow.AddDays(40), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Wrong_access_key_is_refused()
    {
        using var stranger = Store(options => options.AccessKey = "stranger");
        (await Should.ThrowAsync<BackupProblemException>(() => PutAsync("base/one/base.tar", [1], stranger))).Message.ShouldContain("InvalidAccessKeyId");
    }

    private S3Store Store(Action<S3Options> change)
    {
        var options = new S3Options { Bucket = FaultyS3.Bucket, ServiceUrl = _service.Url, AccessKey = FaultyS3.AccessKey, SecretKey = "secret", Prefix = "production/", PartMiB = 5 };
        change(options);
        return new S3Store(options, Path.Combine(_folder.FullName, "staging"), TimeProvider.System);
    }

    private async Task<string> RefusedAsync(string path, byte[] content)
    {
        var refused = await Should.ThrowAsync<BackupProblemException>(() => PutAsync(path, content));
        Directory.EnumerateFiles(_store.StagingFolder).ShouldBeEmpty();
        return refused.Message;
    }

    private async Task<ObjectName> PutAsync(string path, byte[] content, S3Store? store = null)
    {
        var to = store ?? _store;
        await using var file = StagedFile.Create(to.StagingFolder);
        var digest = await HashedCopy.RunAsync(new MemoryStream(content), file, CancellationToken.None);
        await file.DisposeAsync();
        var name = new ObjectName(path, digest.Sha256, ObjectName.Sealed);
        await to.PutAsync(name, new StagedFile(file.Name, digest), CancellationToken.None);
        return name;
    }

    private async Task<byte[]> ReadAsync(ObjectName name, S3Store? store = null)
    {
        await using var stored = await (store ?? _store).OpenAsync(name, CancellationToken.None);
        using var copy = new MemoryStream();
        await stored.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<List<ObjectName>> ListAsync(string prefix) =>
        await _store.ListAsync(prefix, CancellationToken.None).Select(each => each.Name).ToListAsync();
}
