using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.EndToEnd;

/// <summary>The README's first session, against the app as the AppHost runs it.</summary>
public sealed class FirstSessionTests(App app)
{
    private const string Password = "correct horse battery staple";

    private readonly string _slug = $"first-{Guid.NewGuid():n}"[..24];
    private readonly HttpClient _client = app.Application.CreateHttpClient(ResourceNames.Api);

    [Fact]
    public async Task A_team_signs_up_imports_its_contacts_and_signs_out()
    {
        var signUp = await PostAsync("/api/v1/tenants", new
        {
            name = "Acme",
            slug = _slug,
            admin = new { email = "ada@acme.example", displayName = "Ada", password = Password },
        });
        signUp.Status.ShouldBe(HttpStatusCode.Created);

        var logIn = await PostAsync("/api/v1/auth/login", new { tenant = _slug, email = "ada@acme.example", password = Password });
        logIn.Status.ShouldBe(HttpStatusCode.OK);
        Use(logIn.Body);
        var me = await _client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        me.GetProperty("user").GetProperty("email").GetString().ShouldBe("ada@acme.example");

        using var csv = new StreamContent(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "TestData", "contacts.csv")));
        csv.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var import = await _client.PostAsync("/api/v1/contacts/import", csv);
        import.StatusCode.ShouldBe(HttpStatusCode.OK, await import.Content.ReadAsStringAsync());

        (await CountContactsAsync()).ShouldBe(1000);

        var refreshed = await PostAsync("/api/v1/auth/refresh", new { refreshToken = logIn.Body.GetProperty("refreshToken").GetString() });
        refreshed.Status.ShouldBe(HttpStatusCode.OK);
        Use(refreshed.Body);

        using var logOut = await _client.PostAsync("/api/v1/auth/logout", content: null);
        logOut.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var afterwards = await _client.GetAsync("/api/v1/contacts");
        afterwards.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<int> CountContactsAsync()
    {
        var ids = new HashSet<Guid>();
        string? cursor = null;
        do
        {
            var page = await _client.GetFromJsonAsync<JsonElement>($"/api/v1/contacts?limit=300{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var contact in page.GetProperty("items").EnumerateArray())
            {
                ids.Add(contact.GetProperty("id").GetGuid()).ShouldBeTrue("A contact stands on two pages.");
            }

            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        return ids.Count;
    }

    private void Use(JsonElement tokens) => _client.DefaultRequestHeaders.Authorization =
        new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, object body)
    {
        using var answer = await _client.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
