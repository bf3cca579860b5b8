using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";

    [Fact]
    public async Task Contact_is_created_read_and_known_by_its_ETag()
    {
        var client = (await api.SignUpAsync()).Client;
        using var created = await client.PostAsJsonAsync(Contacts, new { name = " Ann ", email = "Ann@x.example", phone = "0049 89 1234567", age = 3, gender = "female" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var contact = await created.Content.ReadFromJsonAsync<JsonElement>();
        contact.GetProperty("name").GetString().ShouldBe("Ann");
        contact.GetProperty("phone").GetString().ShouldBe("+49891234567");
        contact.GetProperty("address").ValueKind.ShouldBe(JsonValueKind.Null);
        created.Headers.Location!.ToString().ShouldBe($"{Contacts}/{contact.GetProperty("id").GetString()}");

        using var read = await client.GetAsync(created.Headers.Location);
        read.Headers.ETag.ShouldBe(created.Headers.ETag);
        (await read.Content.ReadAsStringAsync()).ShouldBe(contact.GetRawText());

        using var again = new HttpRequestMessage(HttpMethod.Get, created.Headers.Location);
        again.Headers.IfNoneMatch.Add(created.Headers.ETag!);
        using var unchanged = await client.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        unchanged.Headers.ETag.ShouldBe(created.Headers.ETag);
    }

    [Fact]
    public async Task Contact_is_refused_when_its_email_is_taken_in_another_case()
    {
        var client = (await api.SignUpAsync()).Client;
        (await client.PostAsJsonAsync(Contacts, new { name = "Ann", email = "ann@x.example" })).EnsureSuccessStatusCode();
        await ShouldBeProblemAsync(await client.PostAsJsonAsync(Contacts, new { name = "Bob", email = "ANN@X.example" }), HttpStatusCode.Conflict, "contact_email_taken");
        using var bob = await client.PostAsJsonAsync(Contacts, new { name = "Bob", email = "bob@x.example" });
        await ShouldBeProblemAsync(await client.PutAsJsonAsync(bob.Headers.Location, new { name = "Bob", email = "Ann@x.example" }), HttpStatusCode.Conflict, "contact_email_taken");
        await ShouldBeProblemAsync(await PatchAsync(client, bob.Headers.Location!, """{"email":"ann@x.example"}"""), HttpStatusCode.Conflict, "contact_email_taken");
    }

    [Fact]
    public async Task Contact_is_refused_with_every_field_that_is_wrong()
    {
        var client = (await api.SignUpAsync()).Client;
        var body = """{"name":"","email":5,"phone":"123","age":"x","gender":"other","address":"a\u0000","shoeSize":43}""";
        var problem = await ShouldBeProblemAsync(await PostAsync(client, Contacts, "application/json", body), HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name)
            .ShouldBe(["name", "email", "phone", "age", "gender", "address", "shoeSize"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("application/json", "{\"name\"", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"name\":\"a\",\"name\":\"b\"}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "[]", HttpStatusCode.UnprocessableEntity)]
    [InlineData("application/json", "null", HttpStatusCode.UnprocessableEntity)]
    [InlineData("application/json", "{\"name\":\"\\ud800\"}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("text/plain", "{\"name\":\"a\"}", HttpStatusCode.UnsupportedMediaType)]
    public async Task Body_is_refused_when_it_is_no_contact(string contentType, string body, HttpStatusCode status) =>
        await ShouldBeProblemAsync(await PostAsync((await api.SignUpAsync()).Client, Contacts, contentType, body), status, code: null);

    [Fact]
    public async Task Body_is_refused_when_it_is_too_large() =>
        await ShouldBeProblemAsync(
            await PostAsync((await api.SignUpAsync()).Client, Contacts, "application/json", $"{{\"name\":\"{new string('a', 40_000)}\"}}"),
            HttpStatusCode.RequestEntityTooLarge,
            "body_too_large");

    [Fact]
    public async Task Patch_changes_what_it_names_and_null_removes()
    {
        var client = (await api.SignUpAsync()).Client;
        using var created = await client.PostAsJsonAsync(Contacts, new { name = "Ann", phone = "+49891234567", age = 3 });
        using var patched = await PatchAsync(client, created.Headers.Location!, """{"age":null,"address":"1 High St","id":"kept"}""");
        patched.StatusCode.ShouldBe(HttpStatusCode.OK);
        patched.Headers.ETag.ShouldNotBe(created.Headers.ETag);
        var contact = await patched.Content.ReadFromJsonAsync<JsonElement>();
        contact.GetProperty("age").ValueKind.ShouldBe(JsonValueKind.Null);
        contact.GetProperty("address").GetString().ShouldBe("1 High St");
        contact.GetProperty("phone").GetString().ShouldBe("+49891234567");
        await ShouldBeProblemAsync(await PatchAsync(client, created.Headers.Location!, """{"name":null}"""), HttpStatusCode.UnprocessableEntity, "validation_failed");
        await ShouldBeProblemAsync(await PatchAsync(client, created.Headers.Location!, """{"size":{"eu":43}}"""), HttpStatusCode.UnprocessableEntity, "validation_failed");
        await ShouldBeProblemAsync(await PatchAsync(client, created.Headers.Location!, "[1]"), HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task Change_is_refused_when_If_Match_names_an_old_version()
    {
        var client = (await api.SignUpAsync()).Client;
        using var created = await client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        var old = created.Headers.ETag!.Tag;
        using var replaced = await SendAsync(HttpMethod.Put, old, """{"name":"Bea"}""", "application/json");
        replaced.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var stale in new[] { old, "\"0\"", "W/" + replaced.Headers.ETag!.Tag, "nonsense" })
        {
            await ShouldBeProblemAsync(await SendAsync(HttpMethod.Put, stale, """{"name":"Cat"}""", "application/json"), HttpStatusCode.PreconditionFailed, "contact_changed");
            await ShouldBeProblemAsync(await SendAsync(HttpMethod.Patch, stale, """{"name":"Cat"}""", "application/merge-patch+json"), HttpStatusCode.PreconditionFailed, "contact_changed");
            await ShouldBeProblemAsync(await SendAsync(HttpMethod.Delete, stale), HttpStatusCode.PreconditionFailed, "contact_changed");
        }

        using var patched = await SendAsync(HttpMethod.Patch, $"\"0\", {replaced.Headers.ETag.Tag}", """{"name":"Dee"}""", "application/merge-patch+json");
        patched.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var deleted = await SendAsync(HttpMethod.Delete, "*");
        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ShouldBeProblemAsync(await SendAsync(HttpMethod.Delete, "*"), HttpStatusCode.NotFound, "contact_not_found");

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string ifMatch, string? body = null, string? contentType = null)
        {
            using var request = new HttpRequestMessage(method, created.Headers.Location);
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            request.Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse(contentType!));
            return await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Concurrent_patches_of_different_members_are_all_kept()
    {
        var client = (await api.SignUpAsync()).Client;
        using var created = await client.PostAsJsonAsync(Contacts, new { name = "Ann" });
        string[] patches = ["""{"age":5}""", """{"address":"1 High St"}""", """{"phone":"+49891234567"}""", """{"gender":"female"}"""];
        foreach (var answer in await Task.WhenAll(patches.Select(patch => PatchAsync(client, created.Headers.Location!, patch))))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var contact = await client.GetFromJsonAsync<JsonElement>(created.Headers.Location);
        contact.GetProperty("age").GetInt32().ShouldBe(5);
        contact.GetProperty("address").GetString().ShouldBe("1 High St");
        contact.GetProperty("phone").GetString().ShouldBe("+49891234567");
        contact.GetProperty("gender").GetString().ShouldBe("female");
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("01a1fde3-b897-720b-b858-6308eb3157e4")]
    public async Task Contact_is_not_found_when_nobody_has_the_id(string id)
    {
        var client = (await api.SignUpAsync()).Client;
        await ShouldBeProblemAsync(await client.GetAsync($"{Contacts}/{id}"), HttpStatusCode.NotFound, "contact_not_found");
        await ShouldBeProblemAsync(await client.PutAsJsonAsync($"{Contacts}/{id}", new { name = "x" }), HttpStatusCode.NotFound, "contact_not_found");
        await ShouldBeProblemAsync(await PatchAsync(client, new($"{Contacts}/{id}", UriKind.Relative), "{}"), HttpStatusCode.NotFound, "contact_not_found");
        await ShouldBeProblemAsync(await client.DeleteAsync($"{Contacts}/{id}"), HttpStatusCode.NotFound, "contact_not_found");
    }

    [Fact]
    public async Task Address_book_is_closed_to_whoever_is_not_signed_in() =>
        await ShouldBeProblemAsync(await api.Client.GetAsync(Contacts), HttpStatusCode.Unauthorized, code: null);

    private static Task<HttpResponseMessage> PatchAsync(HttpClient client, Uri contact, string patch) =>
        client.PatchAsync(contact, new StringContent(patch, MediaTypeHeaderValue.Parse("application/merge-patch+json")));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string contentType, string body) =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, contentType));

    private static Task<JsonElement> ShouldBeProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string? code) =>
        answer.ShouldBeProblemAsync(status, code);
}
