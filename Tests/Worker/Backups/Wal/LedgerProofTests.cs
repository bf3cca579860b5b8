using System.Globalization;
using System.Runtime.Versioning;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups.Wal;

/// <summary>
/// The promise about losses: eight writers log each commit that was acknowledged, server and Worker are killed at a random moment and
/// the server's data are deleted. <c>PROVE_BACKUPS_ROUNDS</c> says how often (once), <c>PROVE_BACKUPS_SEED</c> repeats a round.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class LedgerProofTests(App app, ITestOutputHelper output)
{
    private const int Writers = 8;

    private static readonly TimeSpan FromSpoolAndStore = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FromStoreAlone = TimeSpan.FromSeconds(10);

    [Fact]
    public Task No_commit_older_than_a_second_is_missing_after_the_server_is_lost_nor_older_than_ten_when_the_spool_is_lost_too() => RoundsAsync(async seed =>
    {
        // Longer than what the store alone may lack, or that would prove nothing.
        var round = await LoseAsync(seed, strict: false, lastsFrom: 12, lastsTo: 16);
        await using (round.Cluster)
        {
            var first = await RestoreAsync(round, "spool and store");
            first.ShouldBeLessThan(FromSpoolAndStore);
            Directory.Delete(round.Cluster.SpoolFolder, recursive: true);
            var second = await RestoreAsync(round, "store alone");
            second.ShouldBeLessThan(FromStoreAlone);
        }
    });

    [Fact]
    public Task No_commit_at_all_is_missing_after_the_server_is_lost_in_strict_mode() => RoundsAsync(async seed =>
    {
        var round = await LoseAsync(seed, strict: true, lastsFrom: 2, lastsTo: 5);
        await using (round.Cluster)
        {
            var oldest = await RestoreAsync(round, "spool and store, strict");
            oldest.ShouldBe(TimeSpan.Zero);
        }
    });

    private sealed record Round(BackedUpCluster Cluster, LedgerWriters Writers, TimeSpan LostAt);

    private async Task RoundsAsync(Func<int, Task> round)
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("PROVE_BACKUPS_ROUNDS") ?? "1", CultureInfo.InvariantCulture);
        for (var n = 1; n <= rounds; n++)
        {
            var seed = Environment.GetEnvironmentVariable("PROVE_BACKUPS_SEED") is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
            output.WriteLine($"round {n} of {rounds}, seed {seed}");
            await round(seed);
        }
    }

    private async Task<Round> LoseAsync(int seed, bool strict, int lastsFrom, int lastsTo)
    {
        var moment = TimeSpan.FromSeconds(lastsFrom + (new Random(seed).NextDouble() * (lastsTo - lastsFrom)));
        var cluster = await BackedUpCluster.StartAsync(app);
        await cluster.Server.ExecuteAsync(LedgerWriters.Table);
        using var worker = cluster.StartReceiving(("Backups__Wal__Strict", strict ? "true" : "false"));
        await cluster.Log.IsReceivedAsync();
        await Eventually.BecomesTrueAsync("commits wait as they should", TimeSpan.FromSeconds(90), async () =>
            await cluster.Server.QueryAsync<string>("SHOW synchronous_standby_names") != "" == strict);
        await Eventually.BecomesTrueAsync("a base backup was made, since the log began", TimeSpan.FromMinutes(2), () => Task.FromResult(
            Directory.Exists(Path.Combine(cluster.StoreFolder, "base")) && Directory.EnumerateFiles(Path.Combine(cluster.StoreFolder, "base"), "backup.*.json", SearchOption.AllDirectories).Any()));

        var writers = LedgerWriters.Start(cluster.Server.AdminConnectionString, Writers, seed);
        await Eventually.BecomesTrueAsync("the moment has come", TimeSpan.FromMinutes(1), () => Task.FromResult(writers.Elapsed >= moment));
        var lostAt = writers.Elapsed;
        cluster.Server.Kill();
        worker.Kill();
        cluster.Server.DeleteData();
        await writers.EndedAsync();
        writers.Acknowledged.ShouldBeGreaterThan(100);
        return new Round(cluster, writers, lostAt);
    }

    private async Task<TimeSpan> RestoreAsync(Round round, string from)
    {
        var target = Path.Combine(Path.GetDirectoryName(round.Cluster.Server.DataFolder)!, Path.GetRandomFileName());
        var run = await round.Cluster.RunAsync("restore", "--to", "latest", "--target", target, "--skip-checks");
        run.ExitCode.ShouldBe(0, run.Output);
        await using var recovered = await OwnCluster.OpenAsync(target);
        var (oldest, missing) = await round.Writers.CompareAsync(recovered.AdminConnectionString, round.LostAt);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{from}: {round.Writers.Acknowledged} commits acknowledged in {round.LostAt.TotalSeconds:F1} s, {missing} missing, the oldest {oldest.TotalMilliseconds:F0} ms before the loss"));
        return oldest;
    }
}
