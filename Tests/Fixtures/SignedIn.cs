using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ProductionReady.Tests.Fixtures;

/// <summary>A user who has signed in.</summary>
/// <param name="Client">Sends the access token with every request.</param>
/// <param name="TenantId">Of the user.</param>
/// <param name="Slug">The tenant's name in a sign-in.</param>
/// <param name="Email">Of the user.</param>
/// <param name="Password">Of the user.</param>
/// <param name="AccessToken">A JWT of 15 minutes.</param>
/// <param name="RefreshToken">Good for one refresh.</param>
public sealed record SignedIn(
    HttpClient Client, Guid TenantId, string Slug, string Email, string Password, string AccessToken, string RefreshToken)
{
    /// <summary>Signs a new tenant up and its first administrator in.</summary>
    /// <param name="newClient">Makes clients of the Api without credentials.</param>
    public static async Task<SignedIn> UpAsync(Func<HttpClient> newClient)
    {
        var slug = $"t{Guid.NewGuid():n}"[..20];
        var email = $"admin@{slug}.example";
        const string password = "correct horse battery staple";
        using var signUp = await newClient().PostAsJsonAsync("/api/v1/tenants", new
        {
            name = $"Tenant {slug}",
            slug,
            admin = new { email, displayName = "First Administrator", password },
        });
        signUp.StatusCode.ShouldBe(HttpStatusCode.Created, await signUp.Content.ReadAsStringAsync());
        return await InAsync(newClient, slug, email, password);
    }

    /// <summary>Opens a further session of a user.</summary>
    public static async Task<SignedIn> InAsync(Func<HttpClient> newClient, string slug, string email, string password)
    {
        var client = newClient();
        using var logIn = await client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = slug, email, password });
        logIn.StatusCode.ShouldBe(HttpStatusCode.OK, await logIn.Content.ReadAsStringAsync());
        var tokens = await logIn.Content.ReadFromJsonAsync<JsonElement>();
        var accessToken = tokens.GetProperty("accessToken").GetString()!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var me = await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        var tenantId = me.GetProperty("tenant").GetProperty("id").GetGuid();
        return new SignedIn(client, tenantId, slug, email, password, accessToken, tokens.GetProperty("refreshToken").GetString()!);
    }
}
