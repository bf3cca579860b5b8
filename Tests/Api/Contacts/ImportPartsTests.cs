using System.Text;
using ProductionReady.Api.Contacts;
using ProductionReady.Api.Contacts.Csv;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.Storage;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ImportPartsTests
{
    [Fact]
    public void Ids_grow_strictly_and_are_UUIDv7_when_many_are_made_in_a_millisecond()
    {
        var ids = new UuidSequence(TimeProvider.System);
        var last = Guid.Empty;
        for (var i = 0; i < 20_000; i++)
        {
            var id = ids.Next();
            id.Version.ShouldBe(7);
            (id.Variant & 0xc).ShouldBe(0x8);
            id.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(last.ToByteArray(bigEndian: true)).ShouldBeGreaterThan(0);
            last = id;
        }
    }

    [Fact]
    public void Seen_keys_tell_the_line_of_the_first()
    {
        var seen = new SeenKeys();
        for (var i = 1; i <= 10_000; i++)
        {
            seen.Add($"contact{i}@example.com", i).ShouldBeNull();
        }

        seen.Add("contact77@example.com", 20_000).ShouldBe(77);
        seen.Add(new string('字', 1000), 20_001).ShouldBeNull();
        seen.Add(new string('字', 1000), 20_002).ShouldBe(20_001);
    }

    [Fact]
    public void Tally_counts_every_rejection_and_lists_a_bounded_number()
    {
        var tally = new ImportTally();
        for (var i = 1; i <= ImportTally.MaxListed + 5; i++)
        {
            tally.Receive();
            tally.Reject(i, new BrokenRule("name", "is required"));
        }

        var report = tally.Report(complete: true);
        report.RejectedCount.ShouldBe(ImportTally.MaxListed + 5);
        report.Rejected.Count.ShouldBe(ImportTally.MaxListed);
    }

    [Fact]
    public void Merge_changes_only_the_fields_that_the_file_gives()
    {
        var sql = MergeStatement.For(new HashSet<string> { "name", "email", "age" });
        sql.ShouldContain("SET updated_at = excluded.updated_at, name = excluded.name, email = excluded.email, age = excluded.age\n");
        sql.ShouldNotContain("phone = excluded.phone");
    }

    [Theory]
    [InlineData("100%", @"%100\%%")]
    [InlineData("a_b", @"%a\_b%")]
    [InlineData(@"a\b", @"%a\\b%")]
    public void Pattern_finds_wildcards_as_themselves(string text, string pattern) => ContactFilterSql.Pattern(text).ShouldBe(pattern);

    [Fact]
    public void Filters_are_told_apart_by_their_canonical_form()
    {
        var none = new ContactFilter(null, null, null, null, null, null, null, null, null);
        ContactFilter[] filters =
        [
            none, none with { Search = "" }, none with { Search = "a" }, none with { Name = "a" }, none with { Search = "a;1:b" },
            none with { Search = "a", Name = "b" }, none with { Age = 1 }, none with { AgeMin = 1 }, none with { Gender = Gender.Male },
        ];
        filters.Select(filter => filter.Canonical()).ShouldBeUnique();
    }

    [Fact]
    public async Task Csv_writer_and_reader_give_every_contact_back_and_disarm_formulas()
    {
        ContactFields[] contacts =
        [
            new("=HYPERLINK(\"http://x\";\"y\")", "a@b.example", "+33224423307", "-1\n\"2\", 3", 0, Gender.Female),
            new("'@x", null, null, "＝1", 150, Gender.Male),
            new("''quoted'", null, null, null, null, Gender.Unspecified),
        ];
        var file = new MemoryStream();
        await using (var writer = new CsvContactWriter(file))
        {
            await writer.StartAsync(default);
            foreach (var contact in contacts)
            {
                await writer.WriteAsync(contact, default);
            }

            await writer.FlushAsync(default);
        }

        var text = Encoding.UTF8.GetString(file.ToArray());
        text.ShouldStartWith("name,gender,age,address,phone,email\r\n\"'=HYPERLINK");
        text.ShouldContain(",'+33224423307,");
        file.Position = 0;
        await using var reader = new CsvContactReader(file);
        var broken = new List<BrokenRule>();
        var back = new List<ContactFields?>();
        while (await reader.ReadAsync(default))
        {
            back.Add(ContactRules.Check(reader.Draft, broken));
        }

        broken.ShouldBeEmpty();
        back.ShouldBe(contacts);
    }
}
