using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.ApiKeys;

internal static class ApiKeySteps
{
    public const string Path = "/api/v1/api-keys";

    /// <summary>Makes a key.</summary>
    public static async Task<(Guid Id, string Key)> MakeKeyAsync(this SignedIn admin, DateTimeOffset? expiresAt, params string[] scopes)
    {
        using var answer = await admin.Client.PostAsJsonAsync(Path, new { name = "Importer", scopes, expiresAt });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("apiKey").GetProperty("id").GetGuid(), made.GetProperty("key").GetString()!);
    }

    /// <summary>The client, sending a key with every request.</summary>
    public static HttpClient With(this HttpClient client, string key)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/contacts?limit=1");
        return answer.StatusCode;
    }
}
