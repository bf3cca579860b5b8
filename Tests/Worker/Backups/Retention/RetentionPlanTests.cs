using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Retention;

public sealed class RetentionPlanTests(ITestOutputHelper output)
{
    private const string SystemId = "7300000000000000001";
    private static readonly DateTimeOffset Now = new(2026, 6, 30, 2, 15, 0, TimeSpan.Zero);

    [Fact]
    public void Log_goes_that_is_before_the_oldest_daily_backup_but_not_what_an_older_kept_one_needs_to_be_consistent()
    {
        CatalogedBackup[] bases = [Base(60, 10, 11), Base(2, 20, 21), Base(1, 30, 30)];
        var plan = Plan(bases, Log(1, 8, 40), new RetentionOptions { Daily = 2, Weekly = 0, Monthly = 2 });
        plan.Backups.ShouldBeEmpty();
        Left(plan, Log(1, 8, 40)).ShouldBe([10, 11, .. Enumerable.Range(20, 21)]);
    }

    [Fact]
    public void Log_of_every_timeline_that_goes_on_from_a_kept_backup_stays()
    {
        // Restored to segment 12 and gone on from there as timeline 2, on which the newer backup is, below the number of the older one's end.
        CatalogedBackup[] bases = [Base(2, 10, 10), Base(1, 13, 13, timeline: 2)];
        StoredObject[] log = [.. Log(1, 5, 20), .. Log(2, 12, 30)];
        var plan = Plan(bases, log, new RetentionOptions { Daily = 2, Weekly = 0, Monthly = 0 });
        plan.Log.Select(each => each.Stored.Name.Path).ShouldBe(Log(1, 5, 9).Select(stored => stored.Name.Path), ignoreOrder: true);
    }

    [Fact]
    public void Part_of_a_segment_goes_when_there_is_more_of_it_and_a_history_never_goes()
    {
        StoredObject[] log =
        [
            Stored(new WalObject(SystemId, WalObjectKind.Partial, new WalSegment(1, 20).FileName, 100)), Stored(new WalObject(SystemId, WalObjectKind.Partial, new WalSegment(1, 21).FileName, 100)),
            Stored(new WalObject(SystemId, WalObjectKind.Partial, new WalSegment(1, 21).FileName, 200)), Stored(new WalObject(SystemId, WalObjectKind.History, "00000002.history")), .. Log(1, 20, 20),
        ];
        var plan = Plan([Base(1, 20, 20)], log, new RetentionOptions());
        plan.Log.Select(each => WalObject.TryParse(each.Stored.Name)!.Reach).ShouldBe([100, 100]);
        plan.Log.ShouldAllBe(each => each.Reason == "there is more of the same segment");
    }

    [Fact]
    public void No_log_goes_while_a_document_cannot_be_read() =>
        RetentionPlan.Make([Base(1, 20, 20)], Log(1, 1, 30), ["base/x/backup is damaged."], new RetentionOptions(), Now).Log.ShouldBeEmpty();

    [Fact]
    public void No_log_goes_when_there_is_no_base_backup_at_all() =>
        Plan([], Log(1, 1, 30), new RetentionOptions()).Log.ShouldBeEmpty();

    [Fact]
    public void Log_of_a_server_that_is_no_more_goes_with_its_last_backup()
    {
        var other = Base(1, 5, 5) is var backup ? backup with { Backup = backup.Backup with { SystemId = "999" } } : null!;
        Plan([other], Log(1, 1, 30), new RetentionOptions()).Log.Count.ShouldBe(30);
    }

    [Fact]
    public void Whatever_there_is_every_kept_backup_keeps_its_log_and_no_second_since_the_oldest_daily_one_is_lost()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (bases, number) = (new List<CatalogedBackup>(), 5UL);
            for (double daysAgo = random.Next(1, 500); daysAgo > 0; daysAgo -= random.NextDouble() * 20)
            {
                var stop = number + (ulong)random.Next(0, 3);
                bases.Add(Base(daysAgo, number, stop));
                number = stop + (ulong)random.Next(0, 5);
            }

            var rules = new RetentionOptions { Daily = random.Next(1, 40), Weekly = random.Next(0, 15), Monthly = random.Next(0, 15) };
            var log = Log(1, 1, number + 10);
            var plan = Plan(bases, log, rules);
            var left = new StoredLog(SystemId, log.Except(plan.Log.Select(each => each.Stored)));
            foreach (var (kept, _) in plan.Kept)
            {
                left.Span(kept.Backup).Missing.ShouldBeEmpty();
            }

            left.Gaps(plan.Continuous).ShouldBeEmpty();
            plan.Continuous.Min(backup => backup.StartedAt).ShouldBeLessThanOrEqualTo(bases.Select(backup => backup.Backup.StartedAt).OrderDescending().DistinctBy(at => at.UtcDateTime.Date).Take(rules.Daily).Last().AddDays(1));
            plan.Backups.ShouldNotContain(bases[^1]);
            (plan.Backups.Count + plan.Kept.Count).ShouldBe(bases.Count);
        }
    }

    private static RetentionPlan Plan(IReadOnlyList<CatalogedBackup> backups, IReadOnlyList<StoredObject> log, RetentionOptions rules) =>
        RetentionPlan.Make(backups, log, [], rules, Now);

    private static List<int> Left(RetentionPlan plan, IReadOnlyList<StoredObject> log) =>
        [.. log.Except(plan.Log.Select(each => each.Stored)).Select(stored => (int)WalSegment.TryParse(WalObject.TryParse(stored.Name)!.FileName)!.Value.Number)];

    private static CatalogedBackup Base(double daysAgo, ulong start, ulong stop, uint timeline = 1)
    {
        var at = Now.AddDays(-daysAgo);
        var span = new WalSpan(timeline, $"{new WalSegment(timeline, start).Start + 0x28}", $"{new WalSegment(timeline, stop).Start + 0x138}", WalSegment.UsualSize);
        var backup = new StoredBackup(BackupId.New(at), StoredBackupKind.Base, at, at, SystemId, "15.8", "15.8", [], span, [], [], []);
        return new CatalogedBackup(backup, new ObjectName($"base/{backup.Id}/backup", new string('0', 64), ObjectName.Plain), null, null, null);
    }

    private static StoredObject[] Log(uint timeline, ulong from, ulong to) =>
        [.. Enumerable.Range((int)from, (int)(to - from) + 1).Select(number => Stored(new WalObject(SystemId, WalObjectKind.Segment, new WalSegment(timeline, (ulong)number).FileName)))];

    private static StoredObject Stored(WalObject log) =>
        new(new ObjectName(log.Path, new string('0', 64), ObjectName.CompressedAndSealed), 100, Now.AddDays(-10));
}
