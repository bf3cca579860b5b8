using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Errors;

/// <summary>One of each kind of error; all of them are problem details of the same shape.</summary>
public sealed class ErrorShapesHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Login = "/api/v1/auth/login";
    private const string Contacts = "/api/v1/contacts";

    [Theory]
    [InlineData("", "malformed_request", null)]
    [InlineData("{", "malformed_json", null)]
    [InlineData("""{"tenant":"a","email":"b","password":"c"} trailing""", "malformed_json", null)]
    [InlineData("""{"tenant":"a","email":"b","password":"c",}""", "malformed_json", null)]
    [InlineData("""{"tenant":"a",/* comment */"email":"b","password":"c"}""", "malformed_json", null)]
    [InlineData("[]", "malformed_json", null)]
    [InlineData("null", "malformed_request", null)]
    [InlineData("""{"tenant":"a","email":"b"}""", "missing_member", "password")]
    [InlineData("""{"tenant":"a","email":"b","password":null}""", "wrong_type", "password")]
    [InlineData("""{"tenant":"a","email":5,"password":"c"}""", "wrong_type", "email")]
    [InlineData("""{"tenant":"a","email":["b"],"password":"c"}""", "wrong_type", "email")]
    [InlineData("""{"tenant":"a","email":"b","password":"c","email":"d"}""", "duplicate_member", "email")]
    [InlineData("""{"tenant":"a","email":"b","password":"c","remember":true}""", "unknown_member", "remember")]
    [InlineData("""{"tenant":"a","Email":"b","password":"c"}""", "unknown_member", "Email")]
    [InlineData("""{"tenant":"a","email":"b\u0000","password":"c"}""", "invalid_character", "email")]
    [InlineData("""{"tenant":"a","email":"b","password":"\ud800"}""", "invalid_character", "password")]
    [InlineData("""{"tenant":"a","email":"b","password":"\udc00\ud800"}""", "invalid_character", "password")]
    public async Task Body_that_cannot_be_read_is_400_and_names_the_member(string body, string code, string? field)
    {
        var problem = await (await PostAsync(Login, body)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);

        if (field is null)
        {
            problem.TryGetProperty("errors", out _).ShouldBeFalse();
        }
        else
        {
            problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field);
        }
    }

    [Fact]
    public async Task Body_that_is_nested_too_deeply_is_400()
    {
        foreach (var depth in (int[])[40, 1_000, 100_000])
        {
            await (await PostAsync(Login, $$"""{"tenant":{{new string('[', depth)}}{{new string(']', depth)}}}""")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, code: null);
        }
    }

    [Fact]
    public async Task Body_that_is_no_UTF_8_is_400() =>
        await (await api.Client.PostAsync(Login, Json([.. "{\"tenant\":\""u8, 0xC3, 0x28, 0xFF, .. "\",\"email\":\"b\",\"password\":\"c\"}"u8])))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, code: null);

    [Theory]
    [InlineData("name=%00")]
    [InlineData("name=a%00b")]
    [InlineData("%00=a")]
    public async Task Query_with_a_zero_character_is_400(string query) =>
        await (await (await api.SignUpAsync()).Client.GetAsync($"{Contacts}?{query}")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_character");

    [Fact]
    public async Task Route_that_nobody_has_is_404_whoever_asks()
    {
        var user = await api.SignUpAsync();
        foreach (var client in (HttpClient[])[api.Client, user.Client])
        {
            await (await client.GetAsync("/api/v1/nothing")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "route_not_found");
            await (await client.GetAsync("/")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "route_not_found");
            await (await client.GetAsync("/api/v2/contacts")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "route_not_found");
        }

        await (await user.Client.GetAsync($"{Contacts}/{Guid.CreateVersion7()}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "contact_not_found");
    }

    [Fact]
    public async Task Method_that_is_not_for_the_route_is_405_and_the_others_are_named()
    {
        var answer = await api.Client.GetAsync(Login);

        answer.Content.Headers.Allow.ShouldBe(["POST"]);
        await answer.ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    [Fact]
    public async Task Answer_to_HEAD_has_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/v1/nothing");
        using var answer = await api.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_taken_is_409_and_what_changed_is_412()
    {
        var client = (await api.SignUpAsync()).Client;
        using var made = await client.PostAsJsonAsync(Contacts, new { name = "Ann", email = "ann@x.example" });

        await (await client.PostAsJsonAsync(Contacts, new { name = "Ann", email = "ann@x.example" })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "contact_email_taken");
        using var request = new HttpRequestMessage(HttpMethod.Delete, made.Headers.Location);
        request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"0\""));
        await (await client.SendAsync(request)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "contact_changed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_that_is_too_large_is_413(bool chunked)
    {
        var body = $$"""{"tenant":"{{new string('a', 2 << 20)}}"}""";
        var answer = await RawHttp.SendAsync(
            api.Client.BaseAddress!,
            $"POST {Login} HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\n"
                + (chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {body.Length}"),
            chunked ? $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n" : body);

        answer.Status.ShouldBe(413, answer.Body);
        answer.Head.ShouldContain("Content-Type: application/problem+json");
        answer.Body.ShouldContain("\"code\":\"body_too_large\"");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Body_of_another_content_type_is_415(string contentType)
    {
        var content = new StringContent("{}");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);

        await (await api.Client.PostAsync(Login, content)).ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Body_without_a_content_type_is_415()
    {
        var content = new ByteArrayContent("{}"u8.ToArray());

        await (await api.Client.PostAsync(Login, content)).ShouldBeProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Field_that_breaks_a_rule_is_422_with_messages_by_field()
    {
        var problem = await (await (await api.SignUpAsync()).Client.PostAsJsonAsync(Contacts, new { name = "", age = 200 }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").GetProperty("name")[0].GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("errors").GetProperty("age")[0].GetString().ShouldNotBeNullOrEmpty();
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body) => api.Client.PostAsync(path, Json(Encoding.UTF8.GetBytes(body)));

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
