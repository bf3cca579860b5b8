using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>What the browser comes back with.</summary>
internal sealed record Callback(string Code, string State, string? Iss);

/// <summary>A tenant with a provider, and the steps of a sign-in as a client takes them.</summary>
internal sealed record OidcTenant(OidcFixture Api, HttpClient Client, SignedIn Admin, TestProvider Provider, Guid ProviderId, JsonObject Body)
{
    public const string Providers = "/api/v1/oidc-providers";
    public const string Start = "/api/v1/auth/oidc/start";
    public const string Complete = "/api/v1/auth/oidc/complete";
    public const string RedirectUri = "https://app.example/callback?from=oidc";

    public static JsonObject Configuration(TestProvider provider) => new()
    {
        ["name"] = "corp",
        ["displayName"] = "Corporate sign-in",
        ["issuer"] = provider.Issuer,
        ["clientId"] = provider.ClientId,
        ["clientSecret"] = provider.ClientSecret ?? "",
        ["redirectUris"] = new JsonArray(RedirectUri, "http://127.0.0.1/callback"),
        ["provisioning"] = "all",
        ["defaultRoles"] = new JsonArray("event_viewer"),
    };

    /// <summary>Sends the last step of a sign-in, where that is another instance's than the first step's.</summary>
    public HttpClient? Finisher { get; init; }

    /// <summary>A user of the provider whom nobody knows here.</summary>
    public static JsonObject Somebody(string? subject = null)
    {
        var name = subject ?? $"u{Guid.NewGuid():n}";
        return new JsonObject { ["sub"] = name, ["email"] = $"{name}@people.example", ["email_verified"] = true, ["name"] = "Some Body" };
    }

    public Task<HttpResponseMessage> StartAsync(string redirectUri = RedirectUri) =>
        Client.PostAsJsonAsync(Start, new { tenant = Admin.Slug, provider = "corp", redirectUri });

    public async Task<(string Url, string Token)> StartedAsync(string redirectUri = RedirectUri)
    {
        using var answer = await StartAsync(redirectUri);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var started = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (started.GetProperty("authorizationUrl").GetString()!, started.GetProperty("signInToken").GetString()!);
    }

    /// <summary>Goes to the provider and comes back, as a browser does.</summary>
    public static async Task<Callback> AuthorizeAsync(string url)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await browser.GetAsync(url);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync());
        var query = QueryHelpers.ParseQuery(answer.Headers.Location!.Query);
        return new Callback(query["code"]!, query["state"]!, query.TryGetValue("iss", out var iss) ? iss.ToString() : null);
    }

    public Task<HttpResponseMessage> CompleteAsync(string token, Callback callback) => callback.Iss is null
        ? (Finisher ?? Client).PostAsJsonAsync(Complete, new { signInToken = token, state = callback.State, code = callback.Code })
        : (Finisher ?? Client).PostAsJsonAsync(Complete, new { signInToken = token, state = callback.State, code = callback.Code, iss = callback.Iss });

    /// <summary>All steps; the answer is that of the last one.</summary>
    public async Task<HttpResponseMessage> TryAsync()
    {
        var (url, token) = await StartedAsync();
        return await CompleteAsync(token, await AuthorizeAsync(url));
    }

    /// <summary>Signs in and gives a client with the access token, and the tokens.</summary>
    public async Task<(HttpClient Client, JsonElement Tokens, JsonElement Me)> SignInAsync()
    {
        using var answer = await TryAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var client = Api.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
        return (client, tokens, await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me"));
    }

    /// <summary>Tries to sign in and checks that it fails so, leaves no session, user or link, and is recorded.</summary>
    public async Task ShouldBeRefusedAsync(HttpStatusCode status, string code, string? fault = null)
    {
        var before = await TracesAsync();
        var problem = await (await TryAsync()).ShouldBeProblemAsync(status, code);
        await ShouldBeRecordedAsync(problem, code, fault, before);
    }

    public async Task ShouldBeRecordedAsync(JsonElement problem, string code, string? fault, long[] before)
    {
        if (fault is not null)
        {
            problem.GetProperty("detail").GetString()!.ShouldEndWith($": {fault}.");
        }

        (await TracesAsync()).ShouldBe(before);
        (await Api.QueryAsync<string>(
            "SELECT concat_ws(' ', after->>'provider', after->>'reason', after->>'fault') FROM audit_entries WHERE tenant_id = $1 AND action = 'session.refused' AND outcome = 'refused'",
            Admin.TenantId)).ShouldContain(fault is null ? $"corp {code}" : $"corp {code} {fault}");
    }

    /// <summary>Sessions, users and links of the tenant.</summary>
    public async Task<long[]> TracesAsync() => [.. await Api.QueryAsync<long>(
        """
        SELECT count(*) FROM sessions WHERE tenant_id = $1
        UNION ALL SELECT count(*) FROM users WHERE tenant_id = $1
        UNION ALL SELECT count(*) FROM user_identities WHERE tenant_id = $1
        """,
        Admin.TenantId)];

    public Task<List<string>> ActionsAsync() => Api.QueryAsync<string>("SELECT action FROM audit_entries WHERE tenant_id = $1 ORDER BY seq", Admin.TenantId);

    public async Task<HttpResponseMessage> ReconfigureAsync(Action<JsonObject> configure)
    {
        configure(Body);
        return await Admin.Client.PutAsJsonAsync($"{Providers}/{ProviderId}", Body);
    }
}
