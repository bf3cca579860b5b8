using System.Text;
using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups;

namespace ProductionReady.Tests.Worker;

public sealed class BackupFolderTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("productionready-folder-");

    [Fact]
    public void Sweep_deletes_what_belongs_to_no_manifest_and_nothing_else()
    {
        string[] kept = ["20260101T021500Z-00aa.dump", "20260101T021500Z-00aa.json", "20260101T021500Z-00aa.checksum.json", "notes.txt", ".hidden"];
        string[] left = [".20260102T021500Z-00bb.dump.abcdefgh.ijk.partial", "20260103T021500Z-00cc.dump", "20260103T021500Z-00cc.restore.json"];
        foreach (var name in kept.Concat(left))
        {
            File.WriteAllText(Path.Combine(_directory.FullName, name), "");
        }

        Folder().Sweep().Order(StringComparer.Ordinal).ShouldBe(left.Order(StringComparer.Ordinal));
        _directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal).ShouldBe(kept.Order(StringComparer.Ordinal));
    }

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
    public void Ids_sort_by_age()
    {
        var start = new DateTimeOffset(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);
        string[] ids = [.. Enumerable.Range(0, 5).Select(hours => BackupFolder.NewId(start.AddHours(hours)))];
        ids.Order(StringComparer.Ordinal).ShouldBe(ids);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private BackupFolder Folder() => new(Options.Create(new BackupOptions { Folder = _directory.FullName }));
}
