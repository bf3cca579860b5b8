using System.Runtime.Versioning;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Tests.Worker.Backups.Retention;

[UnsupportedOSPlatform("windows")]
public sealed class PruneTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Prune_deletes_exactly_what_its_dry_run_said_and_what_is_left_is_whole()
    {
        var store = new MadeUpStore(worker.StoreFolder);
        var now = DateTimeOffset.UtcNow;
        for (var day = 0; day < 6; day++)
        {
            store.AddBase(now.AddDays(-day), start: (ulong)(60 - (day * 10)), stop: (ulong)(61 - (day * 10)));
            store.Add(StoredBackupKind.Dump, now.AddDays(-day));
        }

        store.AddLog(5, 65);
        (string, string)[] rules = [("Backups__Retention__Daily", "2"), ("Backups__Retention__Weekly", "0"), ("Backups__Retention__Monthly", "0")];
        var before = store.Files.All();
        using (var dry = worker.Start(["backup", "prune", "--dry-run"], rules))
        {
            var said = await dry.ExitAsync();
            said.ExitCode.ShouldBe(0, said.Output);
            said.Output.ShouldContain("Would delete 8 backups and 45 objects of the write-ahead log");
            said.Output.ShouldContain("the newest");
            said.Output.ShouldContain($"goes   wal/{MadeUpStore.SystemId}/{MadeUpStore.Segment(49)}  300 bytes, no kept base backup needs it");
            store.Files.All().ShouldBe(before, "a dry run does nothing");
        }

        using var prune = worker.Start(["backup", "prune"], rules);
        var done = await prune.ExitAsync();
        done.ExitCode.ShouldBe(0, done.Output);
        done.Output.ShouldContain("Deleted: 8 backups, 45 objects of the write-ahead log.");
        store.Files.All("base/").Count.ShouldBe(4);
        store.Files.All("dump/").Count.ShouldBe(4);
        store.Files.All("wal/").Count.ShouldBe(16);
        (await worker.QueryAsync<string>("SELECT outcome FROM job_runs WHERE job = 'prune'")).ShouldBe("succeeded");
        var verified = await worker.RunAsync("backup", "verify", "--all");
        verified.ExitCode.ShouldBe(0, verified.Output);
        using var again = worker.Start(["backup", "prune"], rules);
        (await again.ExitAsync()).Output.ShouldContain("Deleted: 0 backups, 0 objects");
    }
}
