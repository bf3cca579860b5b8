using System.Net;
using System.Text.RegularExpressions;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Description;

public sealed partial class DocsPageTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/docs")]
    [InlineData("/docs/")]
    public async Task Short_addresses_lead_to_the_page(string path)
    {
        using var answer = await api.Client.GetAsync(path);

        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.MovedPermanently, HttpStatusCode.Redirect, HttpStatusCode.TemporaryRedirect);
        new Uri(new Uri(api.Client.BaseAddress!, path), answer.Headers.Location!).AbsolutePath.ShouldBe("/docs/index.html");
    }

    [Fact]
    public async Task Page_loads_everything_from_the_app_itself()
    {
        var page = new Uri(api.Client.BaseAddress!, "/docs/index.html");
        var html = await api.Client.GetStringAsync(page);
        var parts = Part().Matches(html).Select(match => match.Groups["address"].Value).ToList();

        parts.ShouldContain(part => part.EndsWith(".js", StringComparison.Ordinal));
        parts.ShouldContain(part => part.EndsWith(".css", StringComparison.Ordinal));
        var scripts = html;
        foreach (var part in parts)
        {
            var address = new Uri(page, part);
            address.Authority.ShouldBe(page.Authority, "Nothing comes from elsewhere.");
            using var answer = await api.Client.GetAsync(address);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, part);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            scripts += part.EndsWith("index.js", StringComparison.Ordinal) ? await answer.Content.ReadAsStringAsync() : "";
            answer.Content.Headers.ContentType!.MediaType!.ShouldEndWith(part[(part.LastIndexOf('.') + 1)..] switch
            {
                "js" => "/javascript",
                var type => "/" + type,
            });
        }

        scripts.ShouldContain("/openapi/v1.json");
    }

    [Theory]
    [InlineData("/docs/nothing.js")]
    [InlineData("/docs/../appsettings.json")]
    [InlineData("/docs/..%2fappsettings.json")]
    [InlineData("/docsx")]
    public async Task Nothing_else_is_there(string path)
    {
        var answer = await RawHttp.SendAsync(api.Client.BaseAddress!, $"GET {path} HTTP/1.1\nHost: localhost\nConnection: close");

        answer.Status.ShouldBe(404, answer.Body);
        answer.Head.ShouldContain("application/problem+json");
    }

    [GeneratedRegex("""(src|href)="(?<address>[^"#]+)""", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Part();
}
