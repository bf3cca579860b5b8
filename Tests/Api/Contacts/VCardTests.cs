using System.Text;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Contacts.Rules;
using ProductionReady.Api.Contacts.VCard;
using ProductionReady.Data.Contacts;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class VCardTests
{
    [Fact]
    public async Task Reader_takes_what_it_knows_from_a_card_and_passes_over_the_rest()
    {
        var drafts = await ReadAsync("""
            BEGIN:VCARD
            VERSION:4.0
            FN;LANGUAGE=en:Dr. Jane "JD" Doe\, MD
            N:Doe;Jane;;Dr.;
            item1.EMAIL;TYPE=home;PREF=2:home@jane.example
            EMAIL;PREF=1;TYPE="work,x:y;z":work@jane.example
            TEL;VALUE=uri;TYPE=cell:tel:+1-555-000-1234;ext=5
            ADR;TYPE=home:;;123 Main Street,Flat 4;Any Town;CA;91921-1234;U.S.A.
            GENDER:F;grrrl
            X-AGE:42
            PHOTO:data:image/jpeg;base64,AAAA
            X-UNKNOWN;P=1:x
            END:VCARD
            """);
        drafts.ShouldBe(["1: Dr. Jane \"JD\" Doe, MD|work@jane.example|+1-555-000-1234|123 Main Street, Flat 4, Any Town, CA, 91921-1234, U.S.A.|42|female"]);
    }

    [Fact]
    public async Task Reader_unfolds_lines_even_inside_a_character()
    {
        byte[] name = [.. "FN:J"u8, 0xc3, .. "\r\n "u8, 0xb6, .. "rg\r\n\t A\r\n"u8];
        byte[] card = [0xef, 0xbb, 0xbf, .. "BEGIN:VCARD\r\nVERSION:4.0\r\n"u8, .. name, .. "END:VCARD\r\n"u8];
        (await ReadAsync(new MemoryStream(card))).ShouldBe(["1: Jörg A|||||"]);
    }

    [Fact]
    public async Task Reader_prefers_the_label_of_an_address()
    {
        (await ReadAsync(Card("ADR;LABEL=\"1 High St; Flat^n^'2^^3\\nDublin\":;;ignored;;;;"))).ShouldBe(["1: X|||1 High St; Flat\n\"2^3\nDublin||"]);
    }

    [Theory]
    [InlineData("BDAY:19900615", "36")]
    [InlineData("BDAY:1990-11-22", "35")]
    [InlineData("BDAY:19901121T230000Z", "36")]
    [InlineData("BDAY:20000229", "26")]
    [InlineData("BDAY:--0615", "")]
    [InlineData("BDAY;VALUE=text:circa 1800", "")]
    [InlineData("BDAY:20991231", "")]
    [InlineData("X-AGE:7\nBDAY:19900615", "7")]
    public async Task Reader_tells_the_age_on_the_day_of_the_import(string properties, string age) =>
        (await ReadAsync(Card(properties))).ShouldBe([$"1: X||||{age}|"]);

    [Theory]
    [InlineData("GENDER:F", "female")]
    [InlineData("GENDER:m", "male")]
    [InlineData("GENDER:O;intersex", "")]
    [InlineData("GENDER:;it's complicated", "")]
    public async Task Reader_maps_the_genders_it_has_a_word_for(string property, string gender) =>
        (await ReadAsync(Card(property))).ShouldBe([$"1: X|||||{gender}"]);

    [Fact]
    public async Task Reader_makes_a_name_of_its_parts_when_there_is_no_FN() =>
        (await ReadAsync("BEGIN:VCARD\nVERSION:4.0\nN:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.\nEND:VCARD")).ShouldBe(["1: Dr. John Philip, Paul Stevenson Jr., M.D.|||||"]);

    [Fact]
    public async Task Reader_reports_a_bad_card_by_its_first_line_and_reads_the_next()
    {
        var lines = await ReadAsync(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Three\nEND:VCARD\n"
            + "\n"
            + "BEGIN:VCARD\nFN:None\nEND:VCARD\n"
            + "some\ntext\n"
            + "BEGIN:VCARD\nVERSION:4.0\nFN:Open\n"
            + "begin:vcard\nversion:4.0\nfn:Good\nend:vcard\n"
            + "BEGIN:VCARD\nVERSION:4.0\nFN:" + new string('x', 20_000) + "\nEND:VCARD\n"
            + "BEGIN:VCARD\nVERSION:4.0\nPHOTO:" + new string('x', 200_000) + "\nFN:Photo\nEND:VCARD\n"
            + "BEGIN:VCARD\nVERSION:4.0\nFN:End");
        lines.ShouldBe([
            "1! is a vCard of version 3.0; only 4.0 (RFC 6350) is read",
            "6! is a card without VERSION",
            "9! stands outside of a card",
            "11! is a card without END:VCARD",
            "14: Good|||||",
            "18! has a line of more than 16 KiB",
            "22: Photo|||||",
            "27! is a card without END:VCARD",
        ]);
    }

    [Fact]
    public async Task Reader_refuses_bytes_that_are_not_UTF8()
    {
        byte[] card = [.. "BEGIN:VCARD\nVERSION:4.0\nFN:J"u8, 0xf6, .. "rg\nEND:VCARD\n"u8];
        (await ReadAsync(new MemoryStream(card))).ShouldBe(["1! is not valid UTF-8"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name,email\n")]
    public async Task Reader_refuses_a_file_that_is_no_vCard(string file) =>
        await Should.ThrowAsync<UnreadableFileException>(() => ReadAsync(file));

    [Fact]
    public async Task Writer_folds_at_75_octets_and_between_characters()
    {
        var text = await WriteAsync(new ContactFields(string.Concat(Enumerable.Repeat("名前", 50)), null, null, null, null, Gender.Unspecified));
        var lines = text.Split("\r\n");
        lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        text.ShouldNotContain("\ufffd");
        lines.Length.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Writer_and_reader_give_every_contact_back()
    {
        ContactFields[] contacts =
        [
            new("A, B; C\\n \\ : \"x\"", "a@b.example", "+33224423307", "1 High St\nFlat; 2, \\3\t4", 0, Gender.Female),
            new("李 " + new string('é', 97), null, null, new string('字', 500), 150, Gender.Male),
            new("Only a name", null, null, null, null, Gender.Unspecified),
        ];
        var broken = new List<BrokenRule>();
        var back = new List<ContactFields?>();
        await using var reader = new VCardContactReader(new MemoryStream(Encoding.UTF8.GetBytes(await WriteAsync(contacts))), Today);
        while (await reader.ReadAsync(default))
        {
            back.Add(ContactRules.Check(reader.Draft, broken));
        }

        broken.ShouldBeEmpty();
        back.ShouldBe(contacts);
    }

    private static TimeProvider Today { get; } = new FixedTime(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    private static string Card(string properties) => $"BEGIN:VCARD\nVERSION:4.0\nFN:X\n{properties}\nEND:VCARD\n";

    private static async Task<string> WriteAsync(params ContactFields[] contacts)
    {
        var file = new MemoryStream();
        await using var writer = new VCardContactWriter(file);
        await writer.StartAsync(default);
        foreach (var contact in contacts)
        {
            await writer.WriteAsync(contact, default);
        }

        await writer.FlushAsync(default);
        return Encoding.UTF8.GetString(file.ToArray());
    }

    private static Task<List<string>> ReadAsync(string file) => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)));

    private static async Task<List<string>> ReadAsync(Stream file)
    {
        var lines = new List<string>();
        await using var reader = new VCardContactReader(file, Today);
        while (await reader.ReadAsync(default))
        {
            var d = reader.Draft;
            lines.Add(reader.Unreadable is { } wrong
                ? $"{reader.Line}! {wrong.Reason}"
                : $"{reader.Line}: {d.Name}|{d.Email}|{d.Phone}|{d.Address}|{d.Age}|{d.Gender}");
        }

        return lines;
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
