using ProductionReady.Worker.Backups;

namespace ProductionReady.Tests.Worker;

public sealed class BackupRetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 30, 2, 15, 0, TimeSpan.Zero);

    [Fact]
    public void Retention_deletes_what_is_older_than_the_days_kept() =>
        Expired(Backup(1, restored: true), Backup(29), Backup(31), Backup(40)).ShouldBe([31, 40]);

    [Fact]
    public void Retention_keeps_the_newest_backup_however_old_it_is() => Expired(Backup(90)).ShouldBeEmpty();

    [Fact]
    public void Retention_keeps_the_newest_verified_backup_when_later_ones_are_damaged() =>
        Expired(Backup(35, intact: false), Backup(40, intact: false), Backup(50), Backup(60)).ShouldBe([40, 60]);

    [Fact]
    public void Retention_keeps_the_newest_restored_backup_beside_the_newest_verified_one() =>
        Expired(Backup(1), Backup(50), Backup(60, restored: true), Backup(70, restored: true)).ShouldBe([50, 70]);

    private static IEnumerable<int> Expired(params CatalogEntry[] backups) =>
        BackupRetention.Expired(backups, ["tenant_placed"], Now, TimeSpan.FromDays(30)).Select(backup => (Now - backup.Manifest.FinishedAt).Days);

    [Fact]
    public void Retention_keeps_the_newest_of_each_database_in_which_a_tenant_lives_and_none_of_one_that_is_gone() =>
        Expired(Backup(50), Backup(60), Backup(45, own: "tenant_placed"), Backup(55, own: "tenant_placed"), Backup(47, own: "tenant_gone")).ShouldBe([47, 55, 60]);

    private static CatalogEntry Backup(int daysAgo, bool intact = true, bool restored = false, string? own = null)
    {
        var time = Now.AddDays(-daysAgo);
        var manifest = new BackupManifest(BackupFolder.NewId(time), time, time, own ?? "appdb", "15.8", "15.8", "x.dump", 1, "", null, [], [], Own: own is not null);
        return new CatalogEntry(manifest, Check(BackupCheckKind.Checksum, intact), restored ? Check(BackupCheckKind.Restore, true) : null, null);

        BackupCheck Check(BackupCheckKind kind, bool passed) => new(manifest.Id, kind, time, time, passed ? [] : ["It is damaged."]);
    }
}
