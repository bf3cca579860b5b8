using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactImportHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "TestData", "contacts.csv");

    private static readonly (int Line, string Field, string Reason)[] SampleRejections =
    [
        (20, "name", "is required"),
        (127, "age", "must be a whole number from 0 to 150"),
        (307, "age", "must be a whole number from 0 to 150"),
        (411, "email", "must be an e-mail address such as name@example.com"),
        (563, "name", "must be at most 100 characters long"),
        (687, "phone", "must be an international number as in ITU-T E.164: a plus sign or 00, then 7 to 15 digits, the first of them not 0"),
        (811, "address", "must be at most 500 characters long"),
        (1003, "age", "must be a whole number from 0 to 150"),
        (1021, "email", "is a duplicate of the e-mail address on line 8; case makes no difference"),
        (1022, "email", "must be an e-mail address such as name@example.com"),
    ];

    [Theory]
    [InlineData("gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("identity", HttpStatusCode.OK)]
    public async Task Import_takes_no_compressed_file(string encoding, HttpStatusCode expected)
    {
        var client = (await api.SignUpAsync()).Client;
        using var content = new StringContent("name\nAnn\n", Encoding.UTF8, "text/csv");
        content.Headers.ContentEncoding.Add(encoding);

        using var answer = await client.PostAsync($"{Contacts}/import", content);

        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Import_of_the_sample_keeps_all_good_rows_names_each_bad_one_and_repeats_without_duplicates()
    {
        var client = (await api.SignUpAsync()).Client;
        for (var turn = 0; turn < 2; turn++)
        {
            var report = await ImportAsync(client, "text/csv", await File.ReadAllBytesAsync(Sample));
            Counts(report).ShouldBe(turn == 0 ? (1010, 1000, 0, 0, 10) : (1010, 0, 0, 1000, 10));
            report.GetProperty("complete").GetBoolean().ShouldBeTrue();
            report.GetProperty("rejected").EnumerateArray()
                .Select(entry => (entry.GetProperty("line").GetInt32(), entry.GetProperty("field").GetString()!, entry.GetProperty("reason").GetString()!))
                .ShouldBe(SampleRejections);
        }
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("vcard", "text/vcard")]
    public async Task Export_comes_back_byte_for_byte_through_another_tenants_import(string format, string contentType)
    {
        var (one, other) = ((await api.SignUpAsync()).Client, (await api.SignUpAsync()).Client);
        await ImportAsync(one, "text/csv", await File.ReadAllBytesAsync(Sample));
        (await one.PostAsJsonAsync(Contacts, new { name = "=1+1", address = "'+1\n\"x\", \\;" })).EnsureSuccessStatusCode();
        using var export = await one.GetAsync($"{Contacts}/export?format={format}");
        export.Content.Headers.ContentType!.MediaType.ShouldBe(contentType);
        var file = await export.Content.ReadAsByteArrayAsync();
        Counts(await ImportAsync(other, contentType, file)).ShouldBe((1001, 1001, 0, 0, 0));
        (await other.GetByteArrayAsync($"{Contacts}/export?format={format}")).ShouldBe(file);
        Counts(await ImportAsync(one, contentType, file)).ShouldBe((1001, 0, 0, 1001, 0));
    }

    [Fact]
    public async Task Import_updates_by_email_and_leaves_columns_alone_that_the_file_does_not_have()
    {
        var client = (await api.SignUpAsync()).Client;
        using var created = await client.PostAsJsonAsync(Contacts, new { name = "Ann", email = "ann@x.example", phone = "+49891234567", age = 30 });
        var report = await ImportAsync(client, "text/csv", "EMAIL,Name,age\nANN@x.example,Ann Smith,\nbob@x.example,Bob,7\n"u8.ToArray());
        Counts(report).ShouldBe((2, 1, 1, 0, 0));
        var ann = await client.GetFromJsonAsync<JsonElement>(created.Headers.Location);
        ann.GetProperty("name").GetString().ShouldBe("Ann Smith");
        ann.GetProperty("email").GetString().ShouldBe("ANN@x.example");
        ann.GetProperty("phone").GetString().ShouldBe("+49891234567");
        ann.GetProperty("age").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Import_matches_contacts_without_email_by_all_their_fields()
    {
        var client = (await api.SignUpAsync()).Client;
        (await client.PostAsJsonAsync(Contacts, new { name = "Ann", phone = "+49891234567" })).EnsureSuccessStatusCode();
        var file = "name,phone\nAnn,0049 89 1234567\nAnn,\nAnn,\n"u8.ToArray();
        Counts(await ImportAsync(client, "text/csv", file)).ShouldBe((3, 1, 0, 2, 0));
        Counts(await ImportAsync(client, "text/csv", file)).ShouldBe((3, 0, 0, 3, 0));
    }

    [Fact]
    public async Task Import_of_vCards_reports_the_old_ones()
    {
        var client = (await api.SignUpAsync()).Client;
        var report = await ImportAsync(client, "text/vcard", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Old\r\nEND:VCARD\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:New\r\nEND:VCARD\r\n"u8.ToArray());
        Counts(report).ShouldBe((2, 1, 0, 0, 1));
        var rejection = report.GetProperty("rejected")[0];
        rejection.GetProperty("line").GetInt32().ShouldBe(1);
        rejection.GetProperty("reason").GetString().ShouldBe("is a vCard of version 3.0; only 4.0 (RFC 6350) is read");
    }

    [Fact]
    public async Task Import_that_breaks_off_keeps_whole_batches_and_a_repeat_completes_it()
    {
        var client = (await api.SignUpAsync()).Client;
        var file = Encoding.UTF8.GetBytes("name,email\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"Contact {i},c{i}@x.example\n")));
        using var gone = new CancellationTokenSource();
        using var content = new HalfSent(file.AsMemory(0, file.Length / 2), gone.Token) { Headers = { ContentType = new("text/csv") } };
        var import = client.PostAsync($"{Contacts}/import", content, gone.Token);

        // Half of the file is three batches of 5,000 and some rows of the next.
        await Eventually.BecomesTrueAsync("three batches are stored", Bound, async () => await CountAsync(client) == 15_000);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => import);

        JsonElement report = default;
        await Eventually.BecomesTrueAsync("the first import is over", Bound, async () =>
        {
            // Until the server has noticed that the first client is gone, it answers 409 import_running.
            using var again = new ByteArrayContent(file) { Headers = { ContentType = new("text/csv") } };
            using var answer = await client.PostAsync($"{Contacts}/import", again);
            report = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return answer.StatusCode == HttpStatusCode.OK;
        });
        Counts(report).ShouldBe((30_000, 15_000, 0, 15_000, 0));
    }

    [Theory]
    [InlineData("application/json", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/csv; charset=iso-8859-1", "name\nx\n", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/csv", "", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/csv", "email\na@b.example\n", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/csv", "name,name\na,b\n", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/csv", "name,shoe\na,b\n", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/vcard", "name\nx\n", HttpStatusCode.UnprocessableEntity)]
    public async Task Import_is_refused_when_the_file_is_not_of_its_type(string contentType, string file, HttpStatusCode status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(file)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        await (await (await api.SignUpAsync()).Client.PostAsync($"{Contacts}/import", content)).ShouldBeProblemAsync(status, code: null);
    }

    [Theory]
    [InlineData("?format=xml", null, HttpStatusCode.UnprocessableEntity)]
    [InlineData("", "application/pdf", HttpStatusCode.NotAcceptable)]
    [InlineData("", "text/vcard, text/csv;q=0.5", HttpStatusCode.OK)]
    [InlineData("?q=a&gender=male", "*/*", HttpStatusCode.OK)]
    public async Task Export_goes_by_format_and_by_Accept(string query, string? accept, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Contacts}/export{query}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var export = await (await api.SignUpAsync()).Client.SendAsync(request);
        export.StatusCode.ShouldBe(status);
        if (accept?.StartsWith("text/vcard", StringComparison.Ordinal) == true)
        {
            export.Content.Headers.ContentType!.MediaType.ShouldBe("text/vcard");
        }
    }

    private static (int Received, int Created, int Updated, int Unchanged, int Rejected) Counts(JsonElement report) =>
        (report.GetProperty("received").GetInt32(),
            report.GetProperty("created").GetInt32(),
            report.GetProperty("updated").GetInt32(),
            report.GetProperty("unchanged").GetInt32(),
            report.GetProperty("rejectedCount").GetInt32());

    private static async Task<JsonElement> ImportAsync(HttpClient client, string contentType, byte[] file)
    {
        using var content = new ByteArrayContent(file) { Headers = { ContentType = new(contentType) } };
        using var answer = await client.PostAsync($"{Contacts}/import", content);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<int> CountAsync(HttpClient client) =>
        (await client.GetStringAsync($"{Contacts}/export?format=csv")).Count(character => character == '\n') - 1;

    /// <summary>Sends a part of a file and then nothing more until it is cancelled.</summary>
    private sealed class HalfSent(ReadOnlyMemory<byte> half, CancellationToken until) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(half, until);
            await stream.FlushAsync(until);
            await Task.Delay(Timeout.InfiniteTimeSpan, until);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
