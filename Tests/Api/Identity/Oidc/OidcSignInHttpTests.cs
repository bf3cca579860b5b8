using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace ProductionReady.Tests.Api.Identity.Oidc;

public sealed class OidcSignInHttpTests(OidcFixture api) : IClassFixture<OidcFixture>
{
    [Fact]
    public async Task Sign_in_gives_a_session_that_can_be_used_refreshed_and_ended()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody("ada");
        var tenant = await api.TenantAsync(provider);

        var (client, tokens, me) = await tenant.SignInAsync();

        tokens.GetProperty("tokenType").GetString().ShouldBe("Bearer");
        me.GetProperty("user").GetProperty("email").GetString().ShouldBe("ada@people.example");
        me.GetProperty("user").GetProperty("displayName").GetString().ShouldBe("Some Body");
        me.GetProperty("user").GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["event_viewer"]);
        (await api.QueryAsync<string>("SELECT method FROM sessions WHERE id = $1", me.GetProperty("sessionId").GetGuid())).ShouldBe(["oidc"]);

        using var refreshed = await client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = tokens.GetProperty("refreshToken").GetString() });
        refreshed.StatusCode.ShouldBe(HttpStatusCode.OK, await refreshed.Content.ReadAsStringAsync());
        (await client.PostAsync("/api/v1/auth/logout", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var (_, _, again) = await tenant.SignInAsync();
        again.GetProperty("user").GetProperty("id").GetGuid().ShouldBe(me.GetProperty("user").GetProperty("id").GetGuid());
        var actions = await tenant.ActionsAsync();
        actions.Count(action => action == "identity.accepted").ShouldBe(2);
        actions.Count(action => action == "identity.linked").ShouldBe(1);
        actions.Count(action => action == "user.created").ShouldBe(2, "the administrator's and this one's");
        provider.Requests[TestProvider.DiscoveryPath].ShouldBe(1);
        provider.Requests[TestProvider.KeysPath].ShouldBe(1);
    }

    [Fact]
    public async Task Browser_is_sent_to_the_provider_with_pkce_state_and_nonce_that_are_new_each_time()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);

        var (one, token) = await tenant.StartedAsync();
        var (other, _) = await tenant.StartedAsync();

        token.ShouldStartWith("pro_");
        one.ShouldStartWith(provider.Issuer + "/authorize?kind=test&");
        var query = QueryHelpers.ParseQuery(new Uri(one).Query);
        query["response_type"].ToString().ShouldBe("code");
        query["client_id"].ToString().ShouldBe(provider.ClientId);
        query["redirect_uri"].ToString().ShouldBe(OidcTenant.RedirectUri);
        query["scope"].ToString().ShouldBe("openid email profile");
        query["code_challenge_method"].ToString().ShouldBe("S256");
        foreach (var secret in (string[])["state", "nonce", "code_challenge"])
        {
            query[secret].ToString().Length.ShouldBe(43);
            query[secret].ToString().ShouldNotBe(QueryHelpers.ParseQuery(new Uri(other).Query)[secret].ToString());
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("client_secret_basic", true)]
    [InlineData("client_secret_post", true)]
    public async Task Client_authenticates_as_the_provider_says(string? method, bool confidential)
    {
        await using var provider = await TestProvider.StartAsync();
        provider.AuthenticationMethods = method is null ? null : [method];
        provider.ClientSecret = confidential ? provider.ClientSecret : null;
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);

        await tenant.SignInAsync();
    }

    [Fact]
    public async Task One_of_64_that_complete_the_same_sign_in_at_once_succeeds()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var (url, token) = await tenant.StartedAsync();
        var callback = await OidcTenant.AuthorizeAsync(url);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => tenant.CompleteAsync(token, callback)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_sign_in_invalid");
        }

        provider.Requests[TestProvider.TokenPath].ShouldBe(1);
        (await api.QueryAsync<long>("SELECT count(*) FROM sessions WHERE tenant_id = $1 AND method = 'oidc'", tenant.Admin.TenantId)).ShouldBe([1]);
    }

    [Fact]
    public async Task Many_first_sign_ins_of_one_user_at_once_make_one_user()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody("crowd");
        var tenant = await api.TenantAsync(provider);
        await tenant.StartedAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tenant.TryAsync()));

        foreach (var answer in answers)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        (await tenant.TracesAsync()).ShouldBe([9, 2, 1]);
    }

    [Fact]
    public async Task State_of_another_sign_in_is_refused_and_uses_the_sign_in_up()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var before = await tenant.TracesAsync();
        var (victims, token) = await tenant.StartedAsync();
        var (attackers, _) = await tenant.StartedAsync();
        var planted = await OidcTenant.AuthorizeAsync(attackers);

        var problem = await (await tenant.CompleteAsync(token, planted)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_state_mismatch");
        await tenant.ShouldBeRecordedAsync(problem, "oidc_state_mismatch", null, before);
        await (await tenant.CompleteAsync(token, await OidcTenant.AuthorizeAsync(victims))).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_sign_in_invalid");
        provider.Requests.ShouldNotContainKey(TestProvider.TokenPath);
    }

    [Fact]
    public async Task Code_of_another_sign_in_is_refused_because_of_pkce()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var before = await tenant.TracesAsync();
        var (mine, token) = await tenant.StartedAsync();
        var (others, _) = await tenant.StartedAsync();
        var stolen = await OidcTenant.AuthorizeAsync(others);
        var callback = (await OidcTenant.AuthorizeAsync(mine)) with { Code = stolen.Code };

        var problem = await (await tenant.CompleteAsync(token, callback)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_code_refused");
        await tenant.ShouldBeRecordedAsync(problem, "oidc_code_refused", null, before);
    }

    [Fact]
    public async Task Code_that_was_used_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var (url, token) = await tenant.StartedAsync();
        var used = await OidcTenant.AuthorizeAsync(url);
        (await tenant.CompleteAsync(token, used)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (next, second) = await tenant.StartedAsync();
        var callback = (await OidcTenant.AuthorizeAsync(next)) with { Code = used.Code };

        await (await tenant.CompleteAsync(second, callback)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_code_refused");
    }

    [Fact]
    public async Task Answer_of_another_issuer_is_refused_and_so_is_one_without_where_the_provider_names_itself()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.SendsIssuer = true;
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        await tenant.SignInAsync();

        foreach (var iss in (string?[])["https://other.example", provider.Issuer + "/", null])
        {
            var before = await tenant.TracesAsync();
            var (url, token) = await tenant.StartedAsync();
            var callback = (await OidcTenant.AuthorizeAsync(url)) with { Iss = iss };
            var problem = await (await tenant.CompleteAsync(token, callback)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_issuer_mismatch");
            await tenant.ShouldBeRecordedAsync(problem, "oidc_issuer_mismatch", null, before);
        }
    }

    [Fact]
    public async Task Answer_of_one_provider_is_of_no_use_for_a_sign_in_by_another()
    {
        await using var provider = await TestProvider.StartAsync();
        await using var evil = await TestProvider.StartAsync();
        provider.User = evil.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var body = OidcTenant.Configuration(evil);
        body["name"] = "evil";
        (await tenant.Admin.Client.PostAsJsonAsync(OidcTenant.Providers, body)).StatusCode.ShouldBe(HttpStatusCode.Created);
        var (good, _) = await tenant.StartedAsync();
        var code = (await OidcTenant.AuthorizeAsync(good)).Code;
        using var begun = await tenant.Client.PostAsJsonAsync(
            OidcTenant.Start, new { tenant = tenant.Admin.Slug, provider = "evil", redirectUri = OidcTenant.RedirectUri });
        var started = await begun.Content.ReadFromJsonAsync<JsonElement>();
        var callback = await OidcTenant.AuthorizeAsync(started.GetProperty("authorizationUrl").GetString()!);

        var answer = await tenant.CompleteAsync(started.GetProperty("signInToken").GetString()!, callback with { Code = code, Iss = provider.Issuer });

        await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_issuer_mismatch");
        evil.Requests.ShouldNotContainKey(TestProvider.TokenPath);
    }

    [Fact]
    public async Task Sign_in_ends_with_its_time_its_provider_and_its_tenant()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        string[] ends =
        [
            "UPDATE oidc_sign_ins SET expires_at = now() WHERE tenant_id = $1",
            "UPDATE oidc_providers SET enabled = false WHERE tenant_id = $1",
            "UPDATE tenants SET state = 'suspended' WHERE id = $1",
        ];
        var waiting = new List<(string Token, Callback Callback)>();
        foreach (var _ in ends)
        {
            var (url, token) = await tenant.StartedAsync();
            waiting.Add((token, await OidcTenant.AuthorizeAsync(url)));
        }

        foreach (var (end, (token, callback)) in ends.Zip(waiting))
        {
            await api.ExecuteAsync(end, tenant.Admin.TenantId);
            await (await tenant.CompleteAsync(token, callback)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_sign_in_invalid");
            await api.ExecuteAsync("UPDATE oidc_providers SET enabled = true WHERE tenant_id = $1", tenant.Admin.TenantId);
            await api.ExecuteAsync("UPDATE oidc_sign_ins SET expires_at = now() + interval '5 minutes' WHERE tenant_id = $1", tenant.Admin.TenantId);
        }

        await (await tenant.StartAsync()).ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        (await ListAsync(tenant.Admin.Slug)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Redirect_address_that_is_not_registered_is_refused()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        string[] others =
        [
            "https://app.example/callback", "https://app.example/callback?from=oidc&x=1", "https://app.example/callback?from=oidc#fragment",
            "HTTPS://app.example/callback?from=oidc", "https://evil.example/callback?from=oidc", "https://app.example.evil.example/callback?from=oidc",
            "http://127.0.0.1:8000/other", "http://127.0.0.1:8000@evil.example/callback", "http://127.0.0.1:8000/callback/", "http://localhost:8000/callback", "",
        ];
        foreach (var other in others)
        {
            await (await tenant.StartAsync(other)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "redirect_uri_not_registered");
        }
    }

    [Fact]
    public async Task App_on_the_users_own_machine_may_come_back_to_any_port()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var (url, token) = await tenant.StartedAsync("http://127.0.0.1:51004/callback");

        using var answer = await tenant.CompleteAsync(token, await OidcTenant.AuthorizeAsync(url));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Sign_in_page_lists_the_enabled_providers_and_none_of_an_unknown_tenant()
    {
        await using var provider = await TestProvider.StartAsync();
        var tenant = await api.TenantAsync(provider);
        var hidden = OidcTenant.Configuration(provider);
        hidden["name"] = "hidden";
        hidden["enabled"] = false;
        (await tenant.Admin.Client.PostAsJsonAsync(OidcTenant.Providers, hidden)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await ListAsync(tenant.Admin.Slug.ToUpperInvariant())).ShouldBe(["""{"name":"corp","displayName":"Corporate sign-in"}"""]);
        (await ListAsync("nobody-has-this")).ShouldBeEmpty();
        await (await tenant.Client.PostAsJsonAsync(OidcTenant.Start, new { tenant = tenant.Admin.Slug, provider = "hidden", redirectUri = OidcTenant.RedirectUri }))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
        await (await tenant.Client.PostAsJsonAsync(OidcTenant.Start, new { tenant = "nobody-has-this", provider = "corp", redirectUri = OidcTenant.RedirectUri }))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "oidc_provider_not_found");
    }

    [Theory]
    [InlineData("")]
    [InlineData("pro_AAAA")]
    [InlineData("prt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Sign_in_token_that_is_none_is_refused(string token) =>
        await (await api.NewClient().PostAsJsonAsync(OidcTenant.Complete, new { signInToken = token, state = "s", code = "c" }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_sign_in_invalid");

    [Fact]
    public async Task Sign_in_token_of_one_tenant_is_unknown_to_another()
    {
        await using var provider = await TestProvider.StartAsync();
        provider.User = OidcTenant.Somebody();
        var tenant = await api.TenantAsync(provider);
        var other = await api.TenantAsync(provider);
        var (url, token) = await tenant.StartedAsync();
        var bytes = Base64Url.DecodeFromChars(token.AsSpan(4));
        other.Admin.TenantId.TryWriteBytes(bytes, bigEndian: true, out _);

        await (await tenant.CompleteAsync("pro_" + Base64Url.EncodeToString(bytes), await OidcTenant.AuthorizeAsync(url)))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "oidc_sign_in_invalid");
    }

    private async Task<List<string>> ListAsync(string slug)
    {
        var list = await api.NewClient().GetFromJsonAsync<JsonObject>($"/api/v1/auth/oidc/providers?tenant={slug}");
        list!.Select(member => member.Key).ShouldBe(["items"]);
        return [.. list!["items"]!.AsArray().Select(item => item!.ToJsonString())];
    }
}
