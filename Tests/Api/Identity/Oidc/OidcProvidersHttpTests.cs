using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.Oidc;

public sealed class OidcProvidersHttpTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    [Fact]
    public async Task Provider_is_made_read_changed_and_deleted_and_its_secret_is_never_shown()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var path = $"{OidcTenant.Providers}/{tenant.ProviderId}";

        using var read = await tenant.Admin.Client.GetAsync(path);
        var text = await read.Content.ReadAsStringAsync();
        var view = JsonDocument.Parse(text).RootElement;
        view.GetProperty("issuer").GetString().ShouldBe(provider.Issuer);
        view.GetProperty("hasClientSecret").GetBoolean().ShouldBeTrue();
        view.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe(["openid", "email", "profile"]);
        view.TryGetProperty("clientSecret", out _).ShouldBeFalse();

        // A secret that is left out stays; an empty one goes.
        tenant.Body.Remove("clientSecret");
        using var changed = await tenant.ReconfigureAsync(body => body["displayName"] = "Other name");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        (await changed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hasClientSecret").GetBoolean().ShouldBeTrue();
        changed.Headers.ETag.ShouldNotBe(read.Headers.ETag);
        provider.User = OidcTenant.Somebody();
        await tenant.SignInAsync();
        using var open = await tenant.ReconfigureAsync(body => body["clientSecret"] = "");
        (await open.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hasClientSecret").GetBoolean().ShouldBeFalse();

        var list = await tenant.Admin.Client.GetFromJsonAsync<JsonElement>(OidcTenant.Providers);
        list.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("displayName").GetString().ShouldBe("Other name");
        (await tenant.Admin.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await tenant.Admin.Client.GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        (await tenant.TracesAsync()).ShouldBe([2, 2, 0], "users stay, links go");

        (await tenant.ActionsAsync()).Where(action => action.StartsWith("oidc_provider", StringComparison.Ordinal))
            .ShouldBe(["oidc_provider.created", "oidc_provider.updated", "oidc_provider.updated", "oidc_provider.deleted"]);
        var recorded = await api.QueryAsync<string>(
            "SELECT concat(before, after) FROM audit_entries WHERE tenant_id = $1 AND action LIKE 'oidc_provider.%' ORDER BY seq", tenant.Admin.TenantId);
        recorded[1].ShouldContain("Corporate sign-in");
        recorded[1].ShouldContain("Other name");
        foreach (var shown in recorded.Append(text).Append(await changed.Content.ReadAsStringAsync()))
        {
            shown.ShouldNotContain("s3cret");
        }
    }

    [Fact]
    public async Task Client_secret_and_code_verifier_are_encrypted_in_the_database()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        await tenant.StartedAsync();

        var secret = (await api.QueryAsync<byte[]>("SELECT wrapped_client_secret FROM oidc_providers WHERE tenant_id = $1", tenant.Admin.TenantId)).Single();
        var verifier = (await api.QueryAsync<byte[]>("SELECT wrapped_code_verifier FROM oidc_sign_ins WHERE tenant_id = $1", tenant.Admin.TenantId)).Single();
        secret.AsSpan().IndexOf(Encoding.ASCII.GetBytes(provider.ClientSecret!)).ShouldBe(-1);
        verifier.Length.ShouldBe(43 + 29);

        // Copied to another tenant's provider it opens nothing, and its sign-in fails for that reason and no other.
        var other = await api.TenantAsync(provider);
        await api.ExecuteAsync("UPDATE oidc_providers SET wrapped_client_secret = $1 WHERE tenant_id = $2", secret, other.Admin.TenantId);
        provider.User = OidcTenant.Somebody();
        await (await other.TryAsync()).ShouldBeProblemAsync(HttpStatusCode.BadGateway, "provider_invalid");
    }

    [Fact]
    public async Task Change_of_a_version_that_is_not_the_current_one_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var path = $"{OidcTenant.Providers}/{tenant.ProviderId}";
        var first = (await tenant.Admin.Client.GetAsync(path)).Headers.ETag!;
        (await SendAsync(tenant, HttpMethod.Put, path, first)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await SendAsync(tenant, HttpMethod.Put, path, first)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "oidc_provider_changed");
        await (await SendAsync(tenant, HttpMethod.Delete, path, first)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "oidc_provider_changed");
    }

    [Fact]
    public async Task Issuer_is_never_changed_and_a_name_is_given_once()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);

        var problem = await (await tenant.ReconfigureAsync(body => body["issuer"] = "https://evil.example")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").TryGetProperty("issuer", out _).ShouldBeTrue();
        await (await tenant.Admin.Client.PostAsJsonAsync(OidcTenant.Providers, OidcTenant.Configuration(provider))).ShouldBeProblemAsync(HttpStatusCode.Conflict, "oidc_provider_name_taken");
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "name", "\"Corp\"" }, { "name", "\"x\"" }, { "displayName", "\" \"" }, { "issuer", "\"http://provider.example\"" }, { "issuer", "\"provider.example\"" },
        { "issuer", "\"https://provider.example?x=1\"" }, { "issuer", "\"https://user@provider.example\"" }, { "issuer", "\"https://169.254.169.254\"" },
        { "issuer", "\"https://10.1.2.3\"" }, { "issuer", "\"https://[fe80::1]\"" }, { "issuer", "\"https://[::ffff:192.168.0.1]\"" },
        { "clientId", "\"\"" }, { "clientId", "\"a b\"" }, { "clientSecret", "\"\\n\"" }, { "redirectUris", "[]" }, { "redirectUris", "[null]" },
        { "redirectUris", "[\"http://app.example/\"]" }, { "redirectUris", "[\"javascript:alert(1)\"]" }, { "redirectUris", "[\"https://app.example/#x\"]" },
        { "redirectUris", "[\"/callback\"]" }, { "redirectUris", "[\"https://user:p@app.example/\"]" }, { "scopes", "[\"email\"]" }, { "scopes", "[\"openid\", null]" },
        { "scopes", "[\"openid\", \"a b\"]" }, { "roleClaim", "\"\"" }, { "roleMap", "{\"a\": null}" }, { "roleMap", "{\"a\": []}" }, { "roleMap", "{\"a\": [null]}" },
        { "roleMap", "{\"a\": [\"no_such_role\"]}" }, { "roleMap", "{\"a\": [\"platform_admin\"]}" }, { "roleMap", "{\"\": [\"user\"]}" },
        { "defaultRoles", "[\"platform_admin\"]" }, { "defaultRoles", "[null]" }, { "defaultRoles", "[]" }, { "provisioning", "\"everybody\"" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Provider_with_a_field_that_breaks_a_rule_is_refused(string field, string value)
    {
        await using var provider = await TestProvider.StartAsync();
        var body = OidcTenant.Configuration(provider);
        body["roleClaim"] = "groups";
        body[field] = JsonNode.Parse(value);

        var problem = await (await (await api.SharedAdminAsync()).Client.PostAsJsonAsync(OidcTenant.Providers, body))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        var named = problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ToList();
        named.ShouldBe([field is "defaultRoles" && value == "[]" ? "provisioning" : field]);
    }

    [Fact]
    public async Task Caller_cannot_let_a_provider_give_what_the_caller_has_not()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        await api.ExecuteAsync(
            "INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at) VALUES ($1, 'janitor', '', '{tenant:manage,event:read}', now(), now())", tenant.Admin.TenantId);
        await api.ExecuteAsync("UPDATE users SET roles = '{janitor}' WHERE tenant_id = $1", tenant.Admin.TenantId);
        var janitor = await SignedIn.InAsync(api.NewClient, tenant.Admin.Slug, tenant.Admin.Email, tenant.Admin.Password);
        var body = OidcTenant.Configuration(provider);
        body["name"] = "back-door";

        Task<HttpResponseMessage> Post() => janitor.Client.PostAsJsonAsync(OidcTenant.Providers, body);
        body["defaultRoles"] = new JsonArray("admin");
        await (await Post()).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "beyond_own_permissions");
        body["defaultRoles"] = new JsonArray("user");
        body["linkByEmail"] = true;
        await (await Post()).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "beyond_own_permissions");
        body["linkByEmail"] = false;
        (await Post()).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Providers_of_another_tenant_are_not_found()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var stranger = await api.TenantAsync(provider);
        var path = $"{OidcTenant.Providers}/{tenant.ProviderId}";

        await (await stranger.Admin.Client.GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        await (await stranger.Admin.Client.PutAsJsonAsync(path, stranger.Body)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        await (await stranger.Admin.Client.DeleteAsync(path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        await (await stranger.Admin.Client.PostAsync(path + "/test", null)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
    }

    [Fact]
    public async Task Test_says_what_is_wrong_with_a_provider()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        (await FindingsAsync(tenant)).ShouldBe((true, ""));

        provider.Discovery = document => document["issuer"] = "https://other.example";
        (await FindingsAsync(tenant)).ShouldBe((false, "discovery: The discovery document names another issuer than the one that is configured."));
        provider.Discovery = document =>
        {
            document["response_types_supported"] = new JsonArray("id_token");
            document["id_token_signing_alg_values_supported"] = new JsonArray("HS256");
            document["code_challenge_methods_supported"] = new JsonArray("plain");
            document["token_endpoint_auth_methods_supported"] = new JsonArray("private_key_jwt");
        };
        (await FindingsAsync(tenant)).Wrong.Split('\n').Select(line => line.Split(':')[0]).ShouldBe(["response_type", "signature", "pkce", "client_authentication"]);
        provider.Discovery = null;
        provider.Published = _ => [];
        (await FindingsAsync(tenant)).Wrong.ShouldStartWith("keys: ");
        provider.Published = null;
        provider.Instead[TestProvider.KeysPath] = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        (await FindingsAsync(tenant)).Wrong.ShouldBe($"keys: {provider.Issuer}/keys answered 500.");
    }

    private static async Task<(bool Ok, string Wrong)> FindingsAsync(OidcTenant tenant)
    {
        using var answer = await tenant.Admin.Client.PostAsync($"{OidcTenant.Providers}/{tenant.ProviderId}/test", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var test = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (test.GetProperty("ok").GetBoolean(), string.Join('\n', test.GetProperty("findings").EnumerateArray()
            .Where(finding => !finding.GetProperty("ok").GetBoolean())
            .Select(finding => $"{finding.GetProperty("check").GetString()}: {finding.GetProperty("detail").GetString()}")));
    }

    private static async Task<HttpResponseMessage> SendAsync(OidcTenant tenant, HttpMethod method, string path, EntityTagHeaderValue known)
    {
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Put ? JsonContent.Create(tenant.Body) : null };
        request.Headers.IfMatch.Add(known);
        return await tenant.Admin.Client.SendAsync(request);
    }
}
