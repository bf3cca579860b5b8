using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Requests;

public sealed class CrossOriginHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Allowed = "https://app.example.org";
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    [Fact]
    public async Task No_page_of_another_origin_may_call_unless_its_origin_is_listed()
    {
        using var preflight = await PreflightAsync(api.Client, Allowed);
        using var read = await ReadAsync(api.Client, Allowed);

        preflight.Headers.Contains(AllowOrigin).ShouldBeFalse();
        read.Headers.Contains(AllowOrigin).ShouldBeFalse();
    }

    [Fact]
    public async Task Pages_of_listed_origins_may_call_and_others_may_not()
    {
        await using var open = api.StartAnother(("Cors:AllowedOrigins:0", Allowed), ("Cors:AllowedOrigins:1", "http://localhost:3000"));
        using var client = open.NewClient();

        foreach (var origin in (string[])[Allowed, "http://localhost:3000"])
        {
            using var preflight = await PreflightAsync(client, origin);
            preflight.IsSuccessStatusCode.ShouldBeTrue();
            preflight.Headers.GetValues(AllowOrigin).ShouldBe([origin]);
            preflight.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["PATCH"]);
            preflight.Headers.GetValues("Access-Control-Allow-Headers").ShouldHaveSingleItem().ShouldContain("Authorization");
            preflight.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();

            using var read = await ReadAsync(client, origin);
            read.Headers.GetValues(AllowOrigin).ShouldBe([origin]);
            read.Headers.GetValues("Access-Control-Expose-Headers").ShouldHaveSingleItem().ShouldContain("ETag");
        }

        foreach (var origin in (string[])["https://evil.example", "https://app.example.org.evil.example", "http://app.example.org", "https://app.example.org:8443", "null"])
        {
            using var preflight = await PreflightAsync(client, origin);
            preflight.Headers.Contains(AllowOrigin).ShouldBeFalse(origin);
        }
    }

    [Fact]
    public async Task Errors_reach_a_page_of_a_listed_origin_too()
    {
        await using var open = api.StartAnother(("Cors:AllowedOrigins:0", Allowed));
        using var client = open.NewClient();
        foreach (var path in (string[])["/api/v1/contacts", "/api/v1/nothing", "/api/v1/contacts?name=%00"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Origin", Allowed);
            using var answer = await client.SendAsync(request);

            answer.IsSuccessStatusCode.ShouldBeFalse();
            answer.Headers.TryGetValues(AllowOrigin, out var origins).ShouldBeTrue(path);
            origins.ShouldBe([Allowed]);
        }
    }

    private static async Task<HttpResponseMessage> PreflightAsync(HttpClient client, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/contacts/x");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "PATCH");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> ReadAsync(HttpClient client, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add("Origin", origin);
        return await client.SendAsync(request);
    }
}
