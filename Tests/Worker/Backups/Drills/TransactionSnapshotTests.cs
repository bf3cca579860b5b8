using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Drills;

namespace ProductionReady.Tests.Worker.Backups.Drills;

public sealed class TransactionSnapshotTests
{
    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(104, false)]
    [InlineData(105, true)]
    [InlineData(110, false)]
    [InlineData(uint.MaxValue, true)]
    public void Snapshot_shows_what_had_ended_before_its_end_and_was_not_in_progress(uint xid, bool shown) =>
        TransactionSnapshot.Parse("4294967396:4294967406:4294967396,4294967400").Shows(xid).ShouldBe(shown);

    [Theory]
    [InlineData("")]
    [InlineData("1:2")]
    [InlineData("1:2:x")]
    [InlineData("1:99999999999999999999:")]
    public void What_is_no_snapshot_is_refused(string text) => Should.Throw<BackupProblemException>(() => TransactionSnapshot.Parse(text)).Message.ShouldContain($"'{text}'");
}
