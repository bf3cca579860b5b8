using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Errors;

/// <summary>What the web server itself refuses, or should hand on in a form that can be answered.</summary>
public sealed class MalformedRequestTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Rest = "\nHost: localhost\nConnection: close";

    [Theory]
    [InlineData("nonsense")]
    [InlineData("GET /health/live HTTP/1.1 extra" + Rest)]
    [InlineData("GET health HTTP/1.1" + Rest)]
    [InlineData("G<T /health/live HTTP/1.1" + Rest)]
    [InlineData("GET /health/live HTTP/1.1\nConnection: close")]
    [InlineData("GET /health/live HTTP/1.1\nHost: a b\nConnection: close")]
    [InlineData("GET /health/live HTTP/1.1\nHost: localhost\nHost: elsewhere\nConnection: close")]
    [InlineData("GET /health/live HTTP/1.1\nHost: loc<alhost\nConnection: close")]
    [InlineData("GET /a%00b HTTP/1.1" + Rest)]
    [InlineData("GET /api/v1/contacts/%00 HTTP/1.1" + Rest)]
    [InlineData("GET /%zz HTTP/1.1" + Rest)]
    [InlineData("GET /%c0%af HTTP/1.1" + Rest)]
    [InlineData("GET /%ff%fe HTTP/1.1" + Rest)]
    [InlineData("GET /api/v1/contacts?name=%ff%zz% HTTP/1.1" + Rest)]
    [InlineData("GET /api/v1/contacts?name=%ed%a0%80 HTTP/1.1" + Rest)]
    [InlineData("GET /../../etc/passwd HTTP/1.1" + Rest)]
    [InlineData("GET /docs/..%2f..%2f..%2fetc/passwd HTTP/1.1" + Rest)]
    [InlineData("GET /health/live HTTP/1.1\nHost: localhost\nno colon\nConnection: close")]
    [InlineData("GET /health/live HTTP/1.1\nHost: localhost\nX Y: z\nConnection: close")]
    [InlineData("GET http://elsewhere/api/v1/nothing HTTP/1.1" + Rest)]
    [InlineData("OPTIONS * HTTP/1.1" + Rest)]
    [InlineData("CONNECT elsewhere:443 HTTP/1.1\nHost: elsewhere:443\nConnection: close")]
    [InlineData("TRACE /health/live HTTP/1.1" + Rest)]
    [InlineData("BREW /api/v1/auth/login HTTP/1.1" + Rest)]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nContent-Length: -1")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nContent-Length: 1\nContent-Length: 2")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nContent-Length: 5\nTransfer-Encoding: chunked")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nTransfer-Encoding: gzip")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: nonsense;;=\nContent-Length: 0")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json; charset=utf-99\nContent-Length: 0")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nExpect: 200-maybe\nContent-Type: application/json\nContent-Length: 0")]
    public async Task Malformed_request_is_the_clients_error(string head)
    {
        var answer = await RawHttp.SendAsync(api.Client.BaseAddress!, head);

        answer.Status.ShouldBeInRange(400, 499, answer.Head + answer.Body);
    }

    [Theory]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}no end\r\n0\r\n\r\n")]
    public async Task Malformed_chunks_are_problem_details(string body)
    {
        var answer = await RawHttp.SendAsync(
            api.Client.BaseAddress!,
            "POST /api/v1/auth/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nTransfer-Encoding: chunked",
            body);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Head.ShouldContain("application/problem+json");
    }

    [Fact]
    public async Task Headers_that_are_too_large_are_the_clients_error()
    {
        var server = api.Client.BaseAddress!;
        var line = new string('a', 20_000);

        (await RawHttp.SendAsync(server, $"GET /{line} HTTP/1.1" + Rest)).Status.ShouldBe(414);
        (await RawHttp.SendAsync(server, $"GET /health/live HTTP/1.1{Rest}\nX-A: {line}\nX-B: {line}")).Status.ShouldBe(431);
        (await RawHttp.SendAsync(server, $"GET /health/live HTTP/1.1{Rest}{string.Concat(Enumerable.Range(0, 200).Select(i => $"\nX-{i}: a"))}")).Status.ShouldBe(431);
        (await RawHttp.SendAsync(server, "GET /health/live HTTP/1.1" + Rest)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Version_that_nobody_speaks_is_505() =>
        (await RawHttp.SendAsync(api.Client.BaseAddress!, "GET /health/live HTTP/9.9" + Rest)).Status.ShouldBe(505);
}
