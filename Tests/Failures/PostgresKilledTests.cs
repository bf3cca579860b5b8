using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Failures;

[Collection(nameof(FailuresCollection))]
public sealed class PostgresKilledTests(App app)
{
    private readonly HttpClient _client = app.Application.CreateHttpClient(ResourceNames.Api);

    [Fact]
    public async Task The_app_says_it_is_not_ready_and_heals_by_itself_when_PostgreSQL_is_killed()
    {
        var user = await SignedIn.UpAsync(() => app.Application.CreateHttpClient(ResourceNames.Api));
        using var created = await user.Client.PostAsJsonAsync("/api/v1/contacts", new { name = "Written before the crash", gender = "unspecified" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created, await created.Content.ReadAsStringAsync());

        await ServerProcess.KillPostgresAsync(app);

        await Eventually.BecomesTrueAsync("/health/ready is 503", TimeSpan.FromSeconds(5), async () =>
            await StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable);
        (await StatusAsync("/health/live")).ShouldBe(HttpStatusCode.OK);
        using (var refused = await user.Client.GetAsync("/api/v1/contacts"))
        {
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, problem.ToString());
            refused.Headers.RetryAfter.ShouldNotBeNull();
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }

        await Eventually.BecomesTrueAsync("/health/ready is 200 again", TimeSpan.FromSeconds(60), async () =>
            await StatusAsync("/health/ready") == HttpStatusCode.OK);
        await Eventually.BecomesTrueAsync("contacts are listed again", TimeSpan.FromSeconds(30), async () =>
        {
            using var list = await user.Client.GetAsync("/api/v1/contacts");
            return list.StatusCode == HttpStatusCode.OK;
        });
        var contacts = await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/contacts");
        contacts.GetProperty("items").EnumerateArray().Single().GetProperty("name").GetString().ShouldBe("Written before the crash");
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _client.GetAsync(path);
        return answer.StatusCode;
    }
}
