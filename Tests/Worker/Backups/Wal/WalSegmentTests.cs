using NpgsqlTypes;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Tests.Worker.Backups.Wal;

public sealed class WalSegmentTests
{
    // As pg_walfile_name says on a server with segments of that size.
    [Theory]
    [InlineData("0/3000028", 1, 16, "000000010000000000000003")]
    [InlineData("0/FFFFFFFF", 1, 16, "0000000100000000000000FF")]
    [InlineData("1/0", 2, 16, "000000020000000100000000")]
    [InlineData("0/3000028", 1, 1, "000000010000000000000030")]
    [InlineData("1/FFFFFFFF", 10, 1024, "0000000A0000000100000003")]
    public void Segment_of_a_position_has_the_servers_name(string position, uint timeline, int mebibytes, string fileName)
    {
        var segment = WalSegment.Of(NpgsqlLogSequenceNumber.Parse(position), timeline, mebibytes * 1024 * 1024);
        segment.FileName.ShouldBe(fileName);
        WalSegment.TryParse(fileName, mebibytes * 1024 * 1024).ShouldBe(segment);
    }

    [Fact]
    public void Next_segment_begins_where_this_one_ends()
    {
        var segment = WalSegment.TryParse("0000000100000000000000FF")!.Value;
        segment.Next.FileName.ShouldBe("000000010000000100000000");
        ((ulong)segment.Next.Start).ShouldBe((ulong)segment.Start + WalSegment.UsualSize);
    }

    [Theory]
    [InlineData("wal/73/000000010000000000000003", WalObjectKind.Segment, "000000010000000000000003", 0)]
    [InlineData("wal/73/000000010000000000000003.partial-00A3F210", WalObjectKind.Partial, "000000010000000000000003", 0xA3F210)]
    [InlineData("wal/73/00000002.history", WalObjectKind.History, "00000002.history", 0)]
    public void Object_of_the_log_is_read_as_it_was_written(string path, WalObjectKind kind, string fileName, long reach)
    {
        var read = WalObject.TryParse(new ObjectName(path, new string('0', 64), ObjectName.CompressedAndSealed));
        read.ShouldBe(new WalObject("73", kind, fileName, reach));
        read!.Path.ShouldBe(path);
    }

    [Fact]
    public void Other_objects_are_none_of_the_log() =>
        WalObject.TryParse(new ObjectName("base/73/000000010000000000000003", new string('0', 64), ObjectName.Sealed)).ShouldBeNull();
}
