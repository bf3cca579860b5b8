using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Matrix;

/// <summary>
/// A real resource for each parameter in the Api's routes, and a body that would change it: another tenant's administrator is let
/// loose on them. A route with a parameter, or a body, that is not here fails the matrix until it is.
/// </summary>
internal static class MatrixResources
{
    /// <summary>Pattern up to the parameter to a way to make one in the administrator's tenant; gives what the path names it by.</summary>
    public static Dictionary<string, Func<ApiFixture, SignedIn, Task<string>>> Makers { get; } =
        new(StringComparer.Ordinal)
        {
            ["/openapi/{documentName}"] = (_, _) => Task.FromResult("v1"),
            ["/api/v1/contacts/{id}"] = (_, admin) => CreatedAsync(admin, "contacts", new { name = "Ann", email = "ann@victim.example" }),
            ["/api/v1/users/{id}"] = async (api, admin) => (await api.AddMemberAsync(admin.TenantId, ["user"])).UserId.ToString(),
            ["/api/v1/roles/{name}"] = (_, admin) => CreatedAsync(admin, "roles", new { name = "victims_role", description = "", permissions = new[] { "event:read" } }),
            ["/api/v1/invitations/{id}"] = (_, admin) => CreatedAsync(admin, "invitations", new { email = "invited@victim.example", roles = new[] { "user" } }),
            ["/api/v1/api-keys/{id}"] = (_, admin) => CreatedAsync(admin, "api-keys", new { name = "victim", scopes = new[] { "event:read" } }),
            ["/api/v1/oidc-providers/{id}"] = (_, admin) => CreatedAsync(admin, "oidc-providers", new
            {
                name = "victim",
                displayName = "Victim's",
                issuer = "https://accounts.example",
                clientId = "victim",
                redirectUris = new[] { "https://app.example/" },
            }),
            ["/api/v1/auth/sessions/{id}"] = async (_, admin) =>
                (await admin.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/sessions")).GetProperty("items")[0].GetProperty("id").GetString()!,
            ["/api/v1/operations/requests/{id}"] = async (api, admin) =>
            {
                var id = Guid.CreateVersion7();
                await api.ExecuteAsync(
                    "INSERT INTO operation_requests (id, kind, state, requested_at, tenant, restore_to) VALUES ($1, 'restore', 'succeeded', now(), $2, now())", id, admin.TenantId);
                return id.ToString();
            },
            ["/api/v1/platform/tenants/{id}"] = (_, admin) => Task.FromResult(admin.TenantId.ToString()),
        };

    /// <summary>Name of an endpoint that takes a body to one it would accept from the resource's own administrator.</summary>
    public static Dictionary<string, string> Bodies { get; } = new(StringComparer.Ordinal)
    {
        ["replaceContact"] = """{"name":"Stolen"}""",
        ["patchContact"] = """{"name":"Stolen"}""",
        ["patchUser"] = """{"displayName":"Stolen"}""",
        ["replaceOidcProvider"] =
            """{"name":"stolen","displayName":"Stolen","issuer":"https://accounts.example","clientId":"x","redirectUris":["https://evil.example/"]}""",
        ["replaceRole"] = """{"description":"Stolen","permissions":[]}""",
        ["suspendTenant"] = """{"reason":"Stolen"}""",
        ["setTenantLimits"] = """{"maxUsers":1,"maxContacts":1,"maxEventsAMonth":1,"maxStorageBytes":1}""",
        ["eraseTenant"] = """{"slug":"stolen"}""",
    };

    private static async Task<string> CreatedAsync(SignedIn admin, string path, object body)
    {
        using var answer = await admin.Client.PostAsJsonAsync("/api/v1/" + path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString().Split('/')[^1];
    }
}
