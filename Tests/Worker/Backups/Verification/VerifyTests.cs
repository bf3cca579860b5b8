using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Verification;

/// <summary>Whatever happens to what is stored is found and named, by a Worker that has no private key and no server.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class VerifyTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 6, 1, 2, 15, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-verify-");
    private readonly MadeUpStore _store;
    private readonly string[] _bases;
    private readonly string _dump;

    public VerifyTests()
    {
        _store = new MadeUpStore(_folder.FullName);
        _bases = [_store.AddBase(Monday, 3, 4), _store.AddBase(Monday.AddDays(1), 7, 7)];
        _dump = _store.Add(StoredBackupKind.Dump, Monday.AddHours(1));
        _store.Add(StoredBackupKind.Configuration, Monday.AddHours(2));
        _store.AddLog(3, 12);
        _store.AddLog(new WalObject(MadeUpStore.SystemId, WalObjectKind.Partial, MadeUpStore.Segment(13), Reach: 0xA3F210));
        _store.AddLog(new WalObject(MadeUpStore.SystemId, WalObjectKind.History, "00000002.history"));
        _store.AddLog(13, 15, timeline: 2);
        _store.Files.Add("drill/20260601T043000Z-00aa/drill", ObjectName.Plain, [1, 2, 3]);
    }

    [Fact]
    public async Task Sound_store_is_found_whole_and_the_outcome_is_listed()
    {
        var run = await VerifyAsync();
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("4 backups");
        run.Output.ShouldContain("all whole, nothing missing");
        (await RunAsync("backup", "list")).Output.Split("passed").Length.ShouldBe(5, "each of the four was verified");
        _store.Files.All("check/").Count.ShouldBe(4);
        _store.Files.Single("catalog.");
    }

    [Fact]
    public async Task Log_that_was_recorded_as_lost_is_no_damage_to_the_store_but_is_told()
    {
        foreach (var number in (ulong[])[9, 10])
        {
            File.Delete(Segment(number));
        }

        _store.Files.Add($"wal/{MadeUpStore.SystemId}/gap-{MadeUpStore.Segment(9)}-{MadeUpStore.Segment(11)}", ObjectName.Plain, "{}"u8.ToArray());
        var run = await VerifyAsync();
        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain($"Note: The log from {MadeUpStore.Segment(9)} until {MadeUpStore.Segment(11)} was lost");

        File.Delete(Segment(11));
        (await VerifyAsync()).Output.ShouldContain($"{MadeUpStore.Segment(11)} is missing");
    }

    [Fact]
    public async Task One_flipped_byte_in_each_kind_of_object_is_found_and_nothing_else_is_accused()
    {
        await AfterAFirstVerificationAsync();
        await FoundAsync("is damaged", [.. OneOfEachKind().Append(_store.Files.Single("catalog."))], StoreFiles.FlipByte);
    }

    [Fact]
    public async Task Truncated_object_of_each_kind_is_found_and_nothing_else_is_accused()
    {
        await AfterAFirstVerificationAsync();
        await FoundAsync("", OneOfEachKind(), StoreFiles.CutShort);
    }

    [Fact]
    public async Task Missing_object_is_named_wherever_something_else_tells_of_it()
    {
        await AfterAFirstVerificationAsync();
        string[] missing =
        [
            _store.Files.Single($"base/{_bases[0]}/base.tar"), _store.Files.Single($"base/{_bases[1]}/backup."), _store.Files.Single($"dump/{_dump}/appdb"),
            _store.Files.Single("configuration/20260601T041500Z-00aa/backup."), Segment(4), Segment(9), Segment(14, timeline: 2), History,
        ];
        await FoundAsync("is missing", missing, File.Delete);
    }

    [Fact]
    public async Task Swapped_pair_is_named_on_both_sides()
    {
        var pairs = new[]
        {
            (_store.Files.Single($"base/{_bases[0]}/base.tar"), _store.Files.Single($"base/{_bases[1]}/base.tar")),
            (Segment(5), Segment(6)),
            (_store.Files.Single($"base/{_bases[0]}/backup."), _store.Files.Single($"dump/{_dump}/backup.")),
        };
        foreach (var (one, other) in pairs)
        {
            StoreFiles.Swap(one, other);
        }

        await FoundAsync("is damaged", [.. pairs.SelectMany(pair => new[] { pair.Item1, pair.Item2 })], _ => { });
    }

    [Fact]
    public async Task Document_in_the_place_of_another_is_refused_although_its_name_fits_its_content()
    {
        var (one, other) = (_store.Files.Single($"base/{_bases[0]}/backup."), _store.Files.Single($"base/{_bases[1]}/backup."));
        var content = await File.ReadAllBytesAsync(other);
        var swapped = _store.Files.Replace(one, content);
        var run = await VerifyAsync();
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain($"{_store.Files.KeyOf(swapped)} belongs to another backup, {_bases[1]}.");
        (await RunAsync("backup", "list")).Output.ShouldContain("left out of the list");
    }

    [Fact]
    public async Task Catalog_is_rebuilt_from_the_documents_and_forgets_what_is_not_there()
    {
        await AfterAFirstVerificationAsync();
        StoreFiles.FlipByte(_store.Files.Single("catalog."));
        File.Delete(_store.Files.Single($"dump/{_dump}/backup."));
        var damaged = await RunAsync("backup", "list");
        damaged.Output.ShouldContain("summary of the store is passed over");
        damaged.Output.ShouldContain(_bases[0]);

        var rebuilt = await RunAsync("backup", "rebuild-catalog");
        rebuilt.ExitCode.ShouldBe(0, rebuilt.Output);
        rebuilt.Output.ShouldContain("3 backups");
        (await RunAsync("backup", "list")).Output.ShouldNotContain("passed over");
        (await VerifyAsync()).Output.ShouldContain($"Note: dump/{_dump} has no document");
    }

    [Fact]
    public async Task Backup_that_only_the_catalog_knows_is_missed_until_the_catalog_is_rebuilt()
    {
        await AfterAFirstVerificationAsync();
        Directory.Delete(Path.Combine(_folder.FullName, "base", _bases[1]), recursive: true);
        var run = await VerifyAsync();
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain($"is missing: there was a backup {_bases[1]}.");
        (await VerifyAsync()).ExitCode.ShouldBe(1, "what was said once is not forgotten");

        (await RunAsync("backup", "rebuild-catalog")).Output.ShouldContain($"Forgotten: base/{_bases[1]}/backup.");
        (await VerifyAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Verification_of_one_backup_covers_the_log_without_which_it_is_of_no_use()
    {
        StoreFiles.FlipByte(Segment(4));
        var damaged = await RunAsync("backup", "verify", _bases[0]);
        damaged.ExitCode.ShouldBe(1, damaged.Output);
        damaged.Output.ShouldContain($"{_store.Files.KeyOf(Segment(4))} is damaged");
        (await RunAsync("backup", "verify", _bases[1])).ExitCode.ShouldBe(0);

        File.Delete(Segment(4));
        (await RunAsync("backup", "verify", _bases[0])).Output.ShouldContain($"{MadeUpStore.Segment(4)} is missing: the base backup {_bases[0]} is of no use without it.");
        (await RunAsync("backup", "list")).Output.ShouldContain("FAILED");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Segment(ulong number, uint timeline = 1) => _store.Files.Single($"wal/{MadeUpStore.SystemId}/{MadeUpStore.Segment(number, timeline)}.");

    private string History => _store.Files.Single($"wal/{MadeUpStore.SystemId}/00000002.history.");

    private string[] OneOfEachKind() =>
    [
        _store.Files.Single($"base/{_bases[0]}/base.tar"), _store.Files.Single($"base/{_bases[1]}/backup."), _store.Files.Single($"dump/{_dump}/appdb"),
        _store.Files.Single($"dump/{_dump}/backup."), _store.Files.Single("configuration/20260601T041500Z-00aa/configuration"), Segment(8),
        Segment(13), History, _store.Files.Single("drill/"), _store.Files.Single($"check/{_bases[0]}/"),
    ];

    private async Task AfterAFirstVerificationAsync() => (await VerifyAsync()).ExitCode.ShouldBe(0);

    /// <summary>Breaks some files; the verification names these and no other.</summary>
    private async Task FoundAsync(string how, string[] broken, Action<string> breaks)
    {
        var keys = broken.Select(file => _store.Files.KeyOf(file)).ToList();
        Array.ForEach(broken, breaks);
        var run = await VerifyAsync();
        run.ExitCode.ShouldBe(1, run.Output);
        var lines = run.Output.Split('\n').Where(line => line.Contains(" is missing", StringComparison.Ordinal) || line.Contains(" is damaged", StringComparison.Ordinal) || line.Contains(" bytes instead", StringComparison.Ordinal))
            .Where(line => !line.Contains("warn:", StringComparison.Ordinal) && !line.Contains("fail:", StringComparison.Ordinal)).ToList();
        foreach (var key in keys)
        {
            var path = ObjectName.TryParse(key)!.Path;
            lines.ShouldContain(line => line.Contains(path, StringComparison.Ordinal) && line.Contains(how, StringComparison.Ordinal), run.Output);
        }

        lines.ShouldAllBe(line => keys.Any(key => line.Contains(ObjectName.TryParse(key)!.Path, StringComparison.Ordinal)));
    }

    private Task<ServiceRun> VerifyAsync() => RunAsync("backup", "verify", "--all");

    private Task<ServiceRun> RunAsync(params string[] arguments) => ServiceRun.OfAsync("Worker", NoServer.Configuration(_folder.FullName), arguments);
}
