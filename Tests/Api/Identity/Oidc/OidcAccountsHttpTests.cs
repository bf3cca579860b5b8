using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.Oidc;

/// <summary>Which account a provider's word opens, and what it may do.</summary>
public sealed class OidcAccountsHttpTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    [Fact]
    public async Task User_who_is_there_is_linked_by_a_verified_address_and_known_by_the_subject_from_then_on()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider, body => body["linkByEmail"] = true);
        provider.User = new JsonObject { ["sub"] = "42", ["email"] = tenant.Admin.Email.ToUpperInvariant(), ["email_verified"] = true };

        var (_, _, me) = await tenant.SignInAsync();

        Email(me).ShouldBe(tenant.Admin.Email);
        Roles(me).ShouldBe(["admin"], "nothing is mapped, so nothing changes");
        provider.User = new JsonObject { ["sub"] = "42", ["email"] = "moved@people.example", ["email_verified"] = false };
        Email((await tenant.SignInAsync()).Me).ShouldBe(tenant.Admin.Email);
        (await api.QueryAsync<string>("SELECT email_at_link FROM user_identities WHERE tenant_id = $1 AND subject = '42'", tenant.Admin.TenantId))
            .ShouldBe([tenant.Admin.Email.ToUpperInvariant()]);
        (await tenant.ActionsAsync()).Count(action => action == "identity.linked").ShouldBe(1);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("null")]
    [InlineData("\"TRUE\"")]
    [InlineData("\"yes\"")]
    [InlineData("1")]
    [InlineData("[true]")]
    [InlineData(null)]
    public async Task Address_that_is_not_verified_links_and_makes_nobody(string? verified)
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider, body => body["linkByEmail"] = true);
        foreach (var email in (string[])[tenant.Admin.Email, "new@people.example"])
        {
            provider.User = new JsonObject { ["sub"] = "1", ["email"] = email };
            if (verified is not null)
            {
                provider.User["email_verified"] = JsonNode.Parse(verified);
            }

            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_email_unverified");
        }
    }

    [Fact]
    public async Task Address_that_is_none_makes_nobody_and_the_text_true_counts_as_verified()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        foreach (var email in (JsonNode?[])["", "no address", "a@b", "a\0b@people.example", 5, null, new string('x', 250) + "@people.example"])
        {
            provider.User = new JsonObject { ["sub"] = "1", ["email"] = email, ["email_verified"] = true };
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_email_unverified");
        }

        provider.User = new JsonObject { ["sub"] = "1", ["email"] = "one@people.example", ["email_verified"] = "true" };
        Email((await tenant.SignInAsync()).Me).ShouldBe("one@people.example");
    }

    [Fact]
    public async Task Address_of_another_user_opens_nothing_without_linking_nor_when_that_user_is_linked_already()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        provider.User = new JsonObject { ["sub"] = "thief", ["email"] = tenant.Admin.Email, ["email_verified"] = true };
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_account_not_linked");

        (await tenant.ReconfigureAsync(body => body["linkByEmail"] = true)).StatusCode.ShouldBe(HttpStatusCode.OK);
        provider.User["sub"] = "rightful";
        await tenant.SignInAsync();
        provider.User["sub"] = "thief";
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_account_not_linked");
    }

    [Fact]
    public async Task Disabled_user_is_neither_signed_in_nor_linked()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider, body => body["linkByEmail"] = true);
        provider.User = OidcTenant.Somebody("linked");
        await tenant.SignInAsync();
        await api.ExecuteAsync(
            "INSERT INTO users (tenant_id, id, email, display_name, roles, state, created_at, updated_at) VALUES ($1, $2, 'gone@people.example', 'Gone', '{user}', 'disabled', now(), now())",
            tenant.Admin.TenantId, Guid.CreateVersion7());
        await api.ExecuteAsync("UPDATE users SET state = 'disabled' WHERE tenant_id = $1 AND email LIKE 'linked@%'", tenant.Admin.TenantId);

        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "account_disabled");
        provider.User = OidcTenant.Somebody("gone");
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "account_disabled");
    }

    [Fact]
    public async Task Same_subject_of_two_providers_is_two_users()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var other = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var elsewhere = await api.TenantAsync(other);
        provider.User = other.User = OidcTenant.Somebody("1");

        var one = (await tenant.SignInAsync()).Me.GetProperty("user").GetProperty("id").GetGuid();
        var two = (await elsewhere.SignInAsync()).Me.GetProperty("user").GetProperty("id").GetGuid();
        one.ShouldNotBe(two);

        var body = OidcTenant.Configuration(other);
        body["name"] = "second";
        (await tenant.Admin.Client.PostAsJsonAsync(OidcTenant.Providers, body)).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var begun = await tenant.Client.PostAsJsonAsync(OidcTenant.Start, new { tenant = tenant.Admin.Slug, provider = "second", redirectUri = OidcTenant.RedirectUri });
        var started = await begun.Content.ReadFromJsonAsync<JsonElement>();
        var callback = await OidcTenant.AuthorizeAsync(started.GetProperty("authorizationUrl").GetString()!);
        await (await tenant.CompleteAsync(started.GetProperty("signInToken").GetString()!, callback)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_account_not_linked");
    }

    [Fact]
    public async Task Unknown_user_is_made_as_the_provider_may()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody("new");
        var tenant = await api.TenantAsync(provider, body => body["provisioning"] = "none");
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_account_unknown");

        (await tenant.ReconfigureAsync(body => body["provisioning"] = "invited")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await InviteAsync(tenant, "other@people.example", "1 day");
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_account_unknown");
        await InviteAsync(tenant, "NEW@people.example", "-1 second");
        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_account_unknown");
        await api.ExecuteAsync("UPDATE invitations SET expires_at = now() + interval '1 day' WHERE tenant_id = $1", tenant.Admin.TenantId);

        Roles((await tenant.SignInAsync()).Me).ShouldBe(["event_manager"], "as the invitation says");

        (await api.QueryAsync<bool>("SELECT accepted_at IS NOT NULL FROM invitations WHERE tenant_id = $1 ORDER BY email_key", tenant.Admin.TenantId)).ShouldBe([true, false]);
        (await tenant.ActionsAsync()).ShouldContain("invitation.accepted");
        (await api.QueryAsync<bool>("SELECT password_hash IS NULL FROM users WHERE tenant_id = $1 AND email LIKE 'new@%'", tenant.Admin.TenantId)).ShouldBe([true]);
        await (await tenant.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = tenant.Admin.Slug, email = "new@people.example", password = "" }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
    }

    [Fact]
    public async Task Roles_follow_the_groups_at_each_sign_in_and_tokens_from_before_are_stale()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await MappedAsync(provider);
        provider.User["realm_access"] = new JsonObject { ["roles"] = new JsonArray("unknown", "managers", 5, "viewers") };

        var (client, _, me) = await tenant.SignInAsync();
        Roles(me).ShouldBe(["event_manager", "event_viewer"]);

        provider.User["realm_access"] = new JsonObject { ["roles"] = "viewers" };
        Roles((await tenant.SignInAsync()).Me).ShouldBe(["event_viewer"]);

        await Eventually.BecomesTrueAsync("the older session's token is stale", TimeSpan.FromSeconds(5), async () =>
        {
            using var answer = await client.GetAsync("/api/v1/auth/me");
            return answer.StatusCode == HttpStatusCode.Unauthorized && (await answer.Content.ReadAsStringAsync()).Contains("token_stale", StringComparison.Ordinal);
        });
        (await api.QueryAsync<string>(
            "SELECT concat(before->>'roles', ' ', after->>'roles', ' ', after->>'provider') FROM audit_entries WHERE tenant_id = $1 AND action = 'user.updated'", tenant.Admin.TenantId))
            .ShouldBe(["""["event_manager", "event_viewer"] ["event_viewer"] corp"""]);

        await tenant.SignInAsync();
        (await tenant.ActionsAsync()).Count(action => action == "user.updated").ShouldBe(1, "the same roles are no change");
    }

    [Fact]
    public async Task User_whose_groups_give_nothing_gets_the_default_or_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await MappedAsync(provider);
        provider.User["realm_access"] = new JsonObject { ["roles"] = new JsonArray("managers") };
        await tenant.SignInAsync();
        foreach (var groups in (JsonNode?[])[new JsonObject(), new JsonObject { ["roles"] = new JsonArray("Managers", "managers ") }, "managers", null])
        {
            provider.User["realm_access"] = groups?.DeepClone();
            await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_no_role");
        }

        (await tenant.ReconfigureAsync(body => body["defaultRoles"] = new JsonArray("user"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Roles((await tenant.SignInAsync()).Me).ShouldBe(["user"]);
    }

    [Fact]
    public async Task Role_that_was_deleted_or_administers_the_platform_is_not_given()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await MappedAsync(provider);
        await api.ExecuteAsync(
            """UPDATE oidc_providers SET role_map = '{"managers": ["gone", "platform_admin"]}' WHERE tenant_id = $1""", tenant.Admin.TenantId);
        provider.User["realm_access"] = new JsonObject { ["roles"] = new JsonArray("managers") };

        await tenant.ShouldBeRefusedAsync(HttpStatusCode.Unauthorized, "oidc_no_role");
    }

    [Fact]
    public async Task Last_administrator_stays_one_whatever_the_groups_say_and_others_do_not()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await MappedAsync(provider, body => body["linkByEmail"] = true);
        provider.User = new JsonObject { ["sub"] = "1", ["email"] = tenant.Admin.Email, ["email_verified"] = true, ["realm_access"] = new JsonObject { ["roles"] = new JsonArray("viewers") } };

        Roles((await tenant.SignInAsync()).Me).ShouldBe(["admin", "event_viewer"]);

        await api.ExecuteAsync(
            "INSERT INTO users (tenant_id, id, email, display_name, roles, state, created_at, updated_at) VALUES ($1, $2, 'second@people.example', 'Second', '{admin}', 'active', now(), now())",
            tenant.Admin.TenantId, Guid.CreateVersion7());
        Roles((await tenant.SignInAsync()).Me).ShouldBe(["event_viewer"]);
    }

    [Fact]
    public async Task User_with_a_second_factor_is_asked_for_it_and_one_who_must_have_it_may_do_nothing_else_before()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        await api.ExecuteAsync("UPDATE tenants SET require_second_factor = true WHERE id = $1", tenant.Admin.TenantId);
        using var first = await tenant.TryAsync();
        first.StatusCode.ShouldBe(HttpStatusCode.OK, await first.Content.ReadAsStringAsync());
        using var client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString());
        (await client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var app = await Authenticator.BeginAsync(client, currentPassword: null);
        await Authenticator.ConfirmAsync(client, app);
        await api.ExecuteAsync("UPDATE second_factors SET last_step = 0 WHERE tenant_id = $1", tenant.Admin.TenantId);

        var problem = await (await tenant.TryAsync()).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_required");

        using var done = await client.PostAsJsonAsync(
            "/api/v1/auth/second-factor", new { challenge = problem.GetProperty("challenge").GetString(), code = app.Code() });
        done.StatusCode.ShouldBe(HttpStatusCode.OK, await done.Content.ReadAsStringAsync());
        (await api.QueryAsync<string>(
            "SELECT concat(method, ' ', restricted, ' ', second_factor_at IS NOT NULL) FROM sessions WHERE tenant_id = $1 AND method = 'oidc' ORDER BY created_at DESC LIMIT 1",
            tenant.Admin.TenantId)).ShouldBe(["oidc f t"]);
    }

    [Fact]
    public async Task A_user_without_a_password_enrols_a_second_factor_shortly_after_signing_in_and_not_later()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var (client, _, _) = await tenant.SignInAsync();
        await Authenticator.BeginAsync(client, currentPassword: null);
        await api.ExecuteAsync("UPDATE sessions SET created_at = now() - interval '6 minutes' WHERE tenant_id = $1", tenant.Admin.TenantId);

        await (await Authenticator.TryBeginAsync(client, currentPassword: null)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "recent_sign_in_required");
        await (await Authenticator.TryBeginAsync(client, "a guess, no more")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "recent_sign_in_required");

        var (again, _, _) = await tenant.SignInAsync();
        await Authenticator.ConfirmAsync(again, await Authenticator.BeginAsync(again, currentPassword: null));
    }

    [Fact]
    public async Task Claim_is_found_by_its_whole_name_before_it_is_taken_for_a_path()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await MappedAsync(provider, body => body["roleClaim"] = "https://example.com/roles");
        provider.User["https://example.com/roles"] = new JsonArray("managers");

        Roles((await tenant.SignInAsync()).Me).ShouldBe(["event_manager"]);
    }

    private Task<OidcTenant> MappedAsync(TestProvider provider, Action<JsonObject>? configure = null) => api.TenantAsync(provider, body =>
    {
        body["roleClaim"] = "realm_access.roles";
        body["roleMap"] = new JsonObject { ["managers"] = new JsonArray("event_manager"), ["viewers"] = new JsonArray("event_viewer") };
        body.Remove("defaultRoles");
        configure?.Invoke(body);
    });

    private Task InviteAsync(OidcTenant tenant, string email, string lifetime) => api.ExecuteAsync(
        """
        INSERT INTO invitations (tenant_id, id, email, roles, token_hash, invited_by, created_at, expires_at)
        VALUES ($1, $2, $3, '{event_manager}', sha256($4), (SELECT id FROM users WHERE tenant_id = $1 AND 'admin' = ANY (roles)), now(), now() + $5::text::interval)
        """,
        tenant.Admin.TenantId, Guid.CreateVersion7(), email, Guid.NewGuid().ToByteArray(), lifetime);

    private static string Email(JsonElement me) => me.GetProperty("user").GetProperty("email").GetString()!;

    private static string[] Roles(JsonElement me) => [.. me.GetProperty("user").GetProperty("roles").EnumerateArray().Select(role => role.GetString()!)];
}
