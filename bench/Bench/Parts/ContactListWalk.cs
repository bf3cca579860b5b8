using System.Net.Http.Headers;
using System.Text.Json;
using ProductionReady.Bench.Contestants;

namespace ProductionReady.Bench.Parts;

/// <summary>Follows the list's cursors, as a client that reads an address book does.</summary>
internal static class ContactListWalk
{
    private const string List = "/api/v1/contacts";

    /// <summary>The path of a page of 50 that starts after so many contacts; only walking there yields its cursor.</summary>
    internal static async Task<string> PathAfterAsync(
        Contestant api, string token, int contacts, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = api.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var cursor = "";
        for (var passed = 0; passed < contacts;)
        {
            var limit = Math.Min(500, contacts - passed);
            var page = await PageAsync(client, $"{List}?limit={limit}{cursor}", cancellation);
            passed += page.GetProperty("items").GetArrayLength();
            cursor = $"&cursor={Uri.EscapeDataString(page.GetProperty("nextCursor").GetString()!)}";
        }

        return $"{List}?limit=50{cursor}";
    }

    private static async Task<JsonElement> PageAsync(HttpClient client, string path, CancellationToken cancellation)
    {
        using var response = await client.GetAsync(path, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode
            ? JsonDocument.Parse(text).RootElement
            : throw new BenchException($"GET {path} gave {(int)response.StatusCode}: {text}");
    }
}
