using System.Text;
using ProductionReady.Worker.Backups;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Tests.Worker.Backups;

public sealed class DurableFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("productionready-folder-");

    [Fact]
    public void Durable_file_appears_on_commit_alone_and_leaves_nothing_when_given_up()
    {
        var path = Path.Combine(_directory.FullName, "x.json");
        using (var file = DurableFile.Create(path))
        {
            file.Stream.Write(Encoding.UTF8.GetBytes("half"));
            File.Exists(path).ShouldBeFalse();
        }

        _directory.GetFiles().ShouldBeEmpty();
        DurableFile.Write(path, Encoding.UTF8.GetBytes("whole"));
        File.ReadAllText(path).ShouldBe("whole");
        _directory.GetFiles().ShouldHaveSingleItem();
    }

    [Fact]
    public void Ids_of_backups_sort_by_age()
    {
        var start = new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);
        string[] ids = [.. Enumerable.Range(0, 5).Select(hours => BackupId.New(start.AddHours(hours)))];
        ids.Order(StringComparer.Ordinal).ShouldBe(ids);
        ids.ShouldAllBe(id => BackupId.IsValid(id));
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
