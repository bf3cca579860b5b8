using System.Net;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Requests;

public sealed class RequestHeadersHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string RequestId = "X-Request-Id";

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/contacts")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/index.html")]
    public async Task Every_answer_tells_browsers_to_be_careful(string path)
    {
        using var answer = await api.Client.GetAsync(path);

        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"]);
        answer.Headers.GetValues("Permissions-Policy").ShouldHaveSingleItem();
        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldStartWith("default-src 'none'");
        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.Contains("X-Powered-By").ShouldBeFalse();
    }

    [Fact]
    public async Task Answers_with_a_tenants_data_are_kept_by_no_cache()
    {
        var user = await api.SignUpAsync();
        using var answer = await user.Client.GetAsync("/api/v1/contacts");

        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0af7651916cd43dd8448eb211c80319c")]
    [InlineData("my.request_id-1")]
    [InlineData("128*")]
    public async Task Request_id_is_the_callers_when_it_is_sane(string id)
    {
        id = id == "128*" ? new string('x', 128) : id;

        (await AnsweredIdAsync(id)).ShouldBe(id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"b")]
    [InlineData("a,b")]
    [InlineData("<script>")]
    [InlineData("${jndi:ldap://x}")]
    [InlineData("ключ")]
    [InlineData("129*")]
    public async Task Request_id_is_our_own_when_the_callers_is_not_sane(string id)
    {
        var answered = await AnsweredIdAsync(id == "129*" ? new string('x', 129) : id);

        answered.Length.ShouldBe(32);
        answered.ShouldAllBe(c => char.IsAsciiHexDigitLower(c));
    }

    [Fact]
    public async Task Two_request_ids_are_none()
    {
        var answer = await RawHttp.SendAsync(
            api.Client.BaseAddress!, $"GET /health/live HTTP/1.1\nHost: localhost\nConnection: close\n{RequestId}: id-1\n{RequestId}: id-2");

        answer.Status.ShouldBe(200);
        answer.Head.ShouldNotContain("id-1");
        answer.Head.ShouldContain(RequestId);
    }

    [Fact]
    public async Task Trace_of_the_caller_goes_on_in_the_problem()
    {
        const string trace = "0af7651916cd43dd8448eb211c80319c";
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nothing");
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");

        var problem = await (await api.Client.SendAsync(request)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "route_not_found");

        problem.GetProperty("traceId").GetString().ShouldBe(trace);
    }

    private async Task<string> AnsweredIdAsync(string id)
    {
        var utf8 = System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(id));
        var answer = await RawHttp.SendAsync(api.Client.BaseAddress!, $"GET /api/v1/nothing HTTP/1.1\nHost: localhost\nConnection: close\n{RequestId}: {utf8}");
        return answer.Head.Split("\r\n").Single(line => line.StartsWith(RequestId + ": ", StringComparison.OrdinalIgnoreCase))[(RequestId.Length + 2)..];
    }
}
