using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

internal static class AuditReading
{
    public const string Audit = "/api/v1/audit";

    /// <summary>The newest entries that match, newest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> AuditAsync(this SignedIn user, string query = "")
    {
        var page = await user.Client.GetFromJsonAsync<JsonElement>($"{Audit}?limit=500&{query}");
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    public static string Text(this JsonElement entry, params string[] path) =>
        path.Aggregate(entry, (json, name) => json.GetProperty(name)).ToString();
}
