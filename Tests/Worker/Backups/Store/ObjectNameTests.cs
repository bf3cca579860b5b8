using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Tests.Worker.Backups.Store;

public sealed class ObjectNameTests
{
    private static readonly string Digest = new('7', 64);

    [Theory]
    [InlineData("wal/7300000000000000001/000000010000000000000003", ".zst.age")]
    [InlineData("wal/7300000000000000001/000000010000000000000003.partial-00A3F210", ".zst.age")]
    [InlineData("dump/20260131T021500Z-5f1c/appdb.dump", ".age")]
    [InlineData("base/20260131T021500Z-5f1c/backup", ".json")]
    public void Name_is_read_as_it_was_written(string path, string suffix)
    {
        var name = new ObjectName(path, Digest, suffix);
        ObjectName.TryParse(name.Key).ShouldBe(name);
    }

    [Theory]
    [InlineData("catalog.json")]
    [InlineData("../outside.{0}.json")]
    [InlineData("base/../../outside.{0}.json")]
    [InlineData("/base/backup.{0}.json")]
    [InlineData("base//backup.{0}.json")]
    [InlineData(".staging/backup.{0}.json")]
    [InlineData("base/backup.{0}.exe")]
    [InlineData("base/backup.{0}0.json")]
    [InlineData("base/back up.{0}.json")]
    public void Name_is_none_when_it_leads_elsewhere_or_lacks_a_part(string key) =>
        ObjectName.TryParse(key.Replace("{0}", Digest, StringComparison.Ordinal)).ShouldBeNull();
}
