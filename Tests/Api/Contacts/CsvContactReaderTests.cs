using System.Text;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Api.Contacts.Import;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class CsvContactReaderTests
{
    [Fact]
    public async Task Reader_finds_columns_by_name_in_any_order_and_case()
    {
        var (lines, reader) = await ReadAsync(" EMAIL ,Name\na@b.example,Ann\n");
        lines.ShouldBe(["2: Ann|a@b.example|||"]);
        reader.Fields.ShouldBe(["name", "email"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task Reader_counts_physical_lines_when_fields_and_gaps_span_them(string newLine)
    {
        var csv = "\ufeffname,address\nAnn,\"1 High St\nDublin\"\n\n\"B \"\"b\"\"\",\"x, y\"\nC,\n".ReplaceLineEndings(newLine);
        var (lines, _) = await ReadAsync(csv);
        lines.ShouldBe([$"2: Ann|||1 High St{newLine}Dublin|", "5: B \"b\"|||x, y|", "6: C||||"]);
    }

    [Fact]
    public async Task Reader_goes_on_after_a_row_that_breaks_the_format()
    {
        var (lines, _) = await ReadAsync("name,age\nA\"x,1\n\"B\"x,2\nC\nD,4,5\nE,6\n");
        lines.ShouldBe([
            "2! has a quotation mark inside a field that is not quoted",
            "3! has text after the closing quotation mark of a field",
            "4! has 1 fields where the header has 2",
            "5! has 3 fields where the header has 2",
            "6: E||||6",
        ]);
    }

    [Fact]
    public async Task Reader_says_where_a_quote_was_opened_and_never_closed()
    {
        var (lines, _) = await ReadAsync("name,age\nA,1\n\"B,2\nC,3\n");
        lines.ShouldBe(["2: A||||1", "3! opens a quotation mark that is never closed; the rest of the file was read as part of this row"]);
    }

    [Fact]
    public async Task Reader_stops_at_a_record_beyond_its_bound_and_keeps_those_before()
    {
        var (lines, reader) = await ReadAsync($"name,age\nA,1\n\"B,2\n{string.Concat(Enumerable.Repeat("x,y\n", 200_000))}");
        lines.Count.ShouldBe(2);
        lines[0].ShouldBe("2: A||||1");
        lines[1].ShouldStartWith("3! is longer than 64 KiB");
        reader.Stopped.ShouldBeTrue();
    }

    [Fact]
    public async Task Reader_refuses_the_row_that_is_not_UTF8()
    {
        byte[] csv = [.. "name\nAnn\nJ"u8, 0xf6, .. "rg\nÓla\n"u8];
        var (lines, _) = await ReadAsync(new MemoryStream(csv));
        lines.ShouldBe(["2: Ann||||", "3! is not valid UTF-8", "4: Óla||||"]);
    }

    [Theory]
    [InlineData("", "The file is empty")]
    [InlineData("\n\n", "The file is empty")]
    [InlineData("email,phone\n", "column 'name' is missing")]
    [InlineData("name,Name\n", "column 'name' is there twice")]
    [InlineData("name,shoe size\n", "column 2 'shoe size' is unknown")]
    [InlineData("name;email\nAnn;a@b.example\n", "separated by commas")]
    [InlineData("\"name\"x,email\nAnn,a@b.example\n", "quotation marks in the header")]
    public async Task Reader_refuses_a_file_whose_header_does_not_fit(string csv, string reason) =>
        (await Should.ThrowAsync<UnreadableFileException>(() => ReadAsync(csv))).Message.ShouldContain(reason);

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+4989")]
    [InlineData("-x")]
    [InlineData("@x")]
    [InlineData("\tx")]
    [InlineData("＝x")]
    [InlineData("'=x")]
    [InlineData("''+x")]
    [InlineData("'quoted'")]
    [InlineData("o'b")]
    [InlineData("'")]
    [InlineData("")]
    public void Guard_disarms_formulas_and_gives_every_text_back(string text)
    {
        var cell = SpreadsheetGuard.Add(text);
        SpreadsheetGuard.Remove(cell).ShouldBe(text);
        (cell is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝', ..]).ShouldBeFalse();
    }

    private static Task<(List<string> Lines, CsvContactReader Reader)> ReadAsync(string csv) =>
        ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(csv)));

    private static async Task<(List<string> Lines, CsvContactReader Reader)> ReadAsync(Stream csv)
    {
        var lines = new List<string>();
        await using var reader = new CsvContactReader(csv);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            var d = reader.Draft;
            lines.Add(reader.Unreadable is { } wrong ? $"{reader.Line}! {wrong.Reason}" : $"{reader.Line}: {d.Name}|{d.Email}|{d.Phone}|{d.Address}|{d.Age}");
        }

        return (lines, reader);
    }
}
