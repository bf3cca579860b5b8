using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups.Retention;

public sealed class KeptBackupsTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 30, 2, 15, 0, TimeSpan.Zero);

    [Fact]
    public void Two_years_of_daily_backups_leave_thirty_days_twelve_weeks_and_twelve_months()
    {
        var kept = new KeptBackups(Enumerable.Range(0, 730).Select(day => Backup(day)), new RetentionOptions());
        var days = DaysAgo(kept);
        days.Take(30).Select(day => (int)day).ShouldBe(Enumerable.Range(0, 30));
        // The Sundays of the weeks before, back to the twelfth week, then the last days of the months.
        days.Skip(30).Select(day => Now.AddDays(-day)).Where(at => at >= Now.AddDays(-84)).ShouldAllBe(at => at.DayOfWeek == DayOfWeek.Sunday || at.AddDays(1).Day == 1);
        days.Select(day => Now.AddDays(-day)).Where(at => at < Now.AddDays(-84)).ShouldAllBe(at => at.AddDays(1).Day == 1);
        days.Select(day => Now.AddDays(-day)).Select(at => (at.Year, at.Month)).Distinct().Count().ShouldBe(12);
        kept.Gone.Count.ShouldBe(730 - days.Count);
        kept.Continuous.Count.ShouldBe(30);
    }

    [Fact]
    public void Nothing_goes_when_backups_have_stopped_being_made() =>
        new KeptBackups(Enumerable.Range(200, 30).Select(day => Backup(day)), new RetentionOptions()).Gone.ShouldBeEmpty();

    [Fact]
    public void Newest_newest_verified_and_newest_restored_stay_whatever_the_rules_say()
    {
        var rules = new RetentionOptions { Daily = 1, Weekly = 0, Monthly = 0 };
        var kept = new KeptBackups([Backup(0, sound: false), Backup(1), Backup(2, verified: true), Backup(3, verified: true), Backup(4, restored: true), Backup(5, restored: true)], rules);
        DaysAgo(kept).Select(day => (int)day).ShouldBe([0, 1, 2, 4]);
        kept.Continuous.Count.ShouldBe(4, "any later second shall be restored from each of them");
    }

    [Fact]
    public void Backup_that_is_known_to_be_bad_takes_no_place_of_a_good_one_of_the_same_day()
    {
        var bad = Backup(0.1, sound: false);
        var good = Backup(0.2);
        var kept = new KeptBackups([bad, good, Backup(0.3), Backup(0.4)], new RetentionOptions { Daily = 1, Weekly = 1, Monthly = 1 });
        kept.Kept.Single(each => each.Backup == good).Reasons.ShouldContain("daily 2026-06-29");
        kept.Kept.Single(each => each.Backup == bad).Reasons.ShouldBe(["the newest"]);
        kept.Gone.Count.ShouldBe(1);
    }

    [Fact]
    public void Second_base_backup_of_a_day_takes_no_second_from_what_can_be_restored()
    {
        var first = Backup(1.05);
        var kept = new KeptBackups([Backup(0), Backup(1), Backup(1.02), first, Backup(2), Backup(2.05)], new RetentionOptions { Daily = 2, Weekly = 0, Monthly = 0 });
        DaysAgo(kept).ShouldBe([0, 1, 1.05], tolerance: 0.001);
        kept.Continuous.ShouldContain(first);
        new KeptBackups([Backup(0), Backup(0.05)], new RetentionOptions()).Gone.ShouldBeEmpty("the window begins with the first");
    }

    private static List<double> DaysAgo(KeptBackups kept) => [.. kept.Kept.Select(each => (Now - each.Backup.Backup.StartedAt).TotalDays)];

    private static CatalogedBackup Backup(double daysAgo, bool sound = true, bool verified = false, bool restored = false)
    {
        var at = Now.AddDays(-daysAgo);
        var backup = new StoredBackup(BackupId.New(at), StoredBackupKind.Base, at, at, "7", "15.8", "15.8", [], null, [], [], []);
        return new CatalogedBackup(
            backup, new ObjectName($"base/{backup.Id}/backup", new string('0', 64), ObjectName.Plain),
            !sound ? Check(BackupCheckKind.Checksum, ["It is damaged."]) : verified ? Check(BackupCheckKind.Checksum, []) : null,
            restored ? Check(BackupCheckKind.Restore, []) : null,
            Problem: null);

        BackupCheck Check(BackupCheckKind kind, IReadOnlyList<string> problems) => new(backup.Id, kind, at, at, problems);
    }
}
