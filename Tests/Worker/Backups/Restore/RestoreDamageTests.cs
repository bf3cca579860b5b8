using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Worker.Backups.Base;

namespace ProductionReady.Tests.Worker.Backups.Restore;

[UnsupportedOSPlatform("windows")]
public sealed class RestoreDamageTests(App app) : IAsyncLifetime
{
    private BackedUpCluster _cluster = null!;
    private StoreOfTest _store = null!;
    private IReadOnlyList<string> _segments = [];
    private DateTime _early;

    private string Target => Path.Combine(Path.GetDirectoryName(_cluster.Server.DataFolder)!, "restored");

    public async ValueTask InitializeAsync()
    {
        _cluster = await BackedUpCluster.StartAsync(app);
        _store = new StoreOfTest(_cluster.StoreFolder);
        _cluster.Configuration["Leases__Duration"] = "00:01:00";
        await using var log = await ReceivedLog.StartAsync(_cluster);
        var made = await _cluster.RunAsync("backup", "create");
        made.ExitCode.ShouldBe(0, made.Output);
        await log.SwitchAsync();
        _early = await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()");
        for (var segment = 0; segment < 4; segment++)
        {
            await log.SwitchAsync();
        }

        await log.StoreAsync();
        Directory.Delete(log.Spool, recursive: true);
        _segments = [.. _store.Keys($"wal/{log.SystemId}/").Where(key => !key.Contains("partial", StringComparison.Ordinal))];
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Damage_is_named_and_never_restored()
    {
        var sound = await _cluster.RunAsync("restore", "--to", "latest", "--target", Target, "--skip-checks");
        sound.ExitCode.ShouldBe(0, sound.Output);
        Directory.Delete(Target, recursive: true);

        // One byte of a segment.
        var segment = _segments[^2];
        _store.Flip(segment);
        await RefusedAsync("latest", $"{segment} is damaged");
        (await _cluster.RunAsync("restore", "--to", _early.ToString("O"), "--target", Target, "--skip-checks")).ExitCode.ShouldBe(0);
        Directory.Delete(Target, recursive: true);
        _store.Flip(segment);

        // A segment cut short.
        var whole = await File.ReadAllBytesAsync(_store.PathOf(segment));
        await File.WriteAllBytesAsync(_store.PathOf(segment), whole[..(whole.Length / 2)]);
        await RefusedAsync("latest", $"{segment} is damaged");
        await File.WriteAllBytesAsync(_store.PathOf(segment), whole);

        // Two segments swapped.
        Swap(segment, _segments[^1]);
        await RefusedAsync("latest", $"{segment} is damaged");
        Swap(segment, _segments[^1]);

        // A segment missing in the middle.
        File.Move(_store.PathOf(segment), Path.Combine(_cluster.Folder, "away"));
        await RefusedAsync("latest", $"Segment {FileOf(segment)} of the log is missing, though {FileOf(_segments[^1])} is there");
        await RefusedAsync((await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()")).ToString("O"), $"Segment {FileOf(segment)} of the log is missing");
        File.Move(Path.Combine(_cluster.Folder, "away"), _store.PathOf(segment));

        // A time that the log does not have.
        await RefusedAsync((await _cluster.Server.QueryAsync<DateTime>("SELECT clock_timestamp()")).ToString("O"), "The log does not go on to");
        await RefusedAsync("7F/0", "The log does not go on to 7F/0");

        // One byte of the base backup.
        var tar = _store.Keys("base/").Single(key => key.EndsWith(".age", StringComparison.Ordinal));
        _store.Flip(tar);
        await RefusedAsync("latest", $"{tar} is damaged");
    }

    private async Task RefusedAsync(string to, string because)
    {
        var run = await _cluster.RunAsync("restore", "--to", to, "--target", Target, "--skip-checks");
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain(because);
        Directory.Exists(Target).ShouldBeFalse();
    }

    private void Swap(string one, string other)
    {
        var content = File.ReadAllBytes(_store.PathOf(one));
        File.Copy(_store.PathOf(other), _store.PathOf(one), overwrite: true);
        File.WriteAllBytes(_store.PathOf(other), content);
    }

    private static string FileOf(string key) => key.Split('/')[2].Split('.')[0];
}
