using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ProductionReady.Tests.Api;
using ProductionReady.Tests.Api.ApiKeys;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Placement;

/// <summary>A tenant that lives in a database of its own.</summary>
public sealed class PlacedTenantTests(ApiFixture api, App app) : IClassFixture<ApiFixture>
{
    private const string Contacts = "/api/v1/contacts";
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task Placed_tenant_is_served_from_its_own_database_in_everything()
    {
        var neighbour = await api.SignUpAsync();
        var user = await api.SignUpAsync();
        (await user.Client.PostAsync("before", """{"name":"Before"}""")).Status.ShouldBe(HttpStatusCode.Created);
        var own = await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        await Eventually.BecomesTrueAsync("the Api knows", TimeSpan.FromSeconds(10), own.IsAcknowledgedAsync);

        // The token from before, a new sign-in, a refused one, a refresh.
        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        user = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = "not this one" }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = user.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Contacts: one by one, with a key and its repeat, by file, and out again.
        (await user.Client.PostAsync("after", """{"name":"After"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await user.Client.PostAsync("after", """{"name":"After"}""")).Replayed.ShouldBe("true");
        (await user.Client.PostAsync("before", """{"name":"Before"}""")).Replayed.ShouldBe("true", "what was answered at home is known here");
        var plain = await user.Client.PostAsync(null, """{"name":"Plain"}""");
        (await user.Client.SendAsync(HttpMethod.Patch, plain.Location!, null, """{"age":7}""", "application/merge-patch+json")).Status.ShouldBe(HttpStatusCode.OK);
        (await user.Client.DeleteAsync(plain.Location)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var file = new StringContent("name,email\nAnn,ann@x.example\nBob,bob@x.example\n", Encoding.UTF8, "text/csv");
        (await user.Client.PostAsync($"{Contacts}/import", file)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await user.CountContactsAsync()).ShouldBe(4);
        (await user.Client.GetStringAsync($"{Contacts}/export?format=csv")).ShouldContain("ann@x.example");
        (await user.Client.GetByteArrayAsync("/api/v1/tenant/export")).Length.ShouldBeGreaterThan(1000);

        // Its people, keys, settings and trail.
        var (_, key) = await user.MakeKeyAsync(expiresAt: null, "contact:read");
        using var service = api.NewClient().With(key);
        (await service.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        (await user.Client.PostAsJsonAsync("/api/v1/invitations", new { email = "guest@x.example", roles = (string[])["user"] })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await user.Client.PatchAsJsonAsync("/api/v1/tenant", new { name = "Placed elsewhere" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await user.Client.PutAsJsonAsync("/api/v1/tenant/second-factor-policy", new { required = false, roles = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var trail = await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/audit/verification");
        trail.GetProperty("intact").GetBoolean().ShouldBeTrue(trail.ToString());
        trail.GetProperty("entries").GetInt64().ShouldBeGreaterThan(5);

        (await own.RowsAsync(atHome: true)).ShouldBeEmpty("nothing of it is at home");
        var rows = await own.RowsAsync(atHome: false);
        rows["contacts"].ShouldBe(4);
        ((string[])["users", "sessions", "refresh_tokens", "idempotency_keys", "audit_entries", "api_keys", "invitations", "sign_in_throttles"]).ShouldBeSubsetOf(rows.Keys);
        (await own.ScalarAsync<long>("SELECT count(*) FROM tenants")).ShouldBe(1, "nobody else's row is there");
        (await api.SqlAsync<string>($"SELECT name FROM tenants WHERE id = '{user.TenantId}'")).ShouldBe("Placed elsewhere", "the directory follows");
        (await neighbour.Client.PostAsync(null, """{"name":"At home"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await api.SqlAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{neighbour.TenantId}'")).ShouldBe(1);
    }

    [Fact]
    public async Task Slug_of_a_placed_tenant_stays_its_own()
    {
        var user = await api.SignUpAsync();
        await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        using var taken = await api.Client.PostAsJsonAsync("/api/v1/tenants", new
        {
            name = "Another",
            slug = user.Slug,
            admin = new { email = "a@x.example", displayName = "A", password = "correct horse battery staple" },
        });
        await taken.ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_slug_taken");
    }

    [Fact]
    public async Task Logout_from_a_placed_tenant_holds_on_another_instance_within_a_second()
    {
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        await using var there = api.StartAnother();
        await Eventually.BecomesTrueAsync("both know", TimeSpan.FromSeconds(10), own.IsAcknowledgedAsync);
        using var client = there.NewClient();
        client.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        (await client.StatusAsync()).ShouldBe(HttpStatusCode.OK);

        (await user.Client.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var since = Stopwatch.StartNew();
        var lastLetIn = TimeSpan.Zero;
        for (var begun = since.Elapsed; await client.StatusAsync() == HttpStatusCode.OK; begun = since.Elapsed)
        {
            lastLetIn = begun;
            lastLetIn.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }

        (await own.ScalarAsync<long>("SELECT count(*) FROM revocations")).ShouldBeGreaterThan(0, "it is told where the tenant lives");
    }

    [Fact]
    public async Task Operator_suspends_reactivates_and_orders_the_erasure_of_a_placed_tenant()
    {
        const string tenants = "/api/v1/platform/tenants";
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        await Eventually.BecomesTrueAsync("the Api knows", TimeSpan.FromSeconds(10), own.IsAcknowledgedAsync);

        using var suspended = await operators.Client.PostAsJsonAsync($"{tenants}/{user.TenantId}/suspend", new { reason = "did not pay" });
        suspended.StatusCode.ShouldBe(HttpStatusCode.OK, await suspended.Content.ReadAsStringAsync());
        (await suspended.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("suspended");
        await Eventually.BecomesTrueAsync("the token is refused", TimeSpan.FromSeconds(1), async () => (await user.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
        (await own.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE action = 'tenant.suspended'")).ShouldBe(1, "in the tenant's trail");
        (await api.SqlAsync<long>($"SELECT count(*) FROM audit_entries WHERE action = 'tenant.suspended' AND resource_id = '{user.TenantId}'")).ShouldBe(1, "in the platform's");

        (await operators.Client.PostAsync($"{tenants}/{user.TenantId}/reactivate", content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);

        using var limited = await operators.Client.PutAsJsonAsync(
            $"{tenants}/{user.TenantId}/limits", new { maxUsers = (int?)null, maxContacts = 1L, maxEventsAMonth = (long?)null, maxStorageBytes = (long?)null });
        limited.StatusCode.ShouldBe(HttpStatusCode.OK, await limited.Content.ReadAsStringAsync());
        user = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        (await user.Client.PostAsync(null, """{"name":"One"}""")).Status.ShouldBe(HttpStatusCode.Created);
        (await user.Client.PostAsync(null, """{"name":"Two"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "plan_limit_reached");

        await api.ExecuteAsync("INSERT INTO job_leases (job, shard, due_at) VALUES ('tenant-erasure', 'tenants', now() + interval '1 day') ON CONFLICT (job, shard) DO UPDATE SET due_at = excluded.due_at");
        using var ordered = await operators.Client.PostAsJsonAsync($"{tenants}/{user.TenantId}/erase", new { slug = user.Slug });
        ordered.StatusCode.ShouldBe(HttpStatusCode.OK, await ordered.Content.ReadAsStringAsync());
        (await own.ScalarAsync<string>("SELECT state FROM tenants")).ShouldBe("closing");
        (await api.SqlAsync<string>($"SELECT state FROM tenants WHERE id = '{user.TenantId}'")).ShouldBe("closing");
        (await api.SqlAsync<bool>("SELECT due_at <= now() FROM job_leases WHERE job = 'tenant-erasure'")).ShouldBeTrue("the Worker is to look now");
        (await own.RowsAsync(atHome: true)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Own_database_that_is_away_fails_the_requests_of_its_tenant_alone()
    {
        var neighbour = await api.SignUpAsync();
        var user = await api.SignUpAsync();
        var own = await OwnDatabase.PlaceAsync(app, api, user.TenantId);
        await Eventually.BecomesTrueAsync("the Api knows", TimeSpan.FromSeconds(10), own.IsAcknowledgedAsync);
        await Eventually.BecomesTrueAsync("all is well", TimeSpan.FromSeconds(10), async () => (await HealthAsync()).Contains("\"own-databases\":\"healthy\"", StringComparison.Ordinal));
        (await user.Client.StatusAsync()).ShouldBe(HttpStatusCode.OK);

        await OwnDatabase.RunAsync(api.AdminConnectionString, $"ALTER DATABASE {own.Name} ALLOW_CONNECTIONS false");
        await OwnDatabase.RunAsync(api.AdminConnectionString, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{own.Name}'");

        await Eventually.BecomesTrueAsync("the health says so", TimeSpan.FromSeconds(10), async () => (await HealthAsync()).Contains("\"own-databases\":\"degraded\"", StringComparison.Ordinal));
        (await user.Client.StatusAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await neighbour.Client.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        using (var ready = await api.Client.GetAsync("/health/ready"))
        {
            ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await OwnDatabase.RunAsync(api.AdminConnectionString, $"ALTER DATABASE {own.Name} ALLOW_CONNECTIONS true");
        await Eventually.BecomesTrueAsync("it is served again", TimeSpan.FromSeconds(10), async () => await user.Client.StatusAsync() == HttpStatusCode.OK);
    }

    private async Task<string> HealthAsync() => await (await api.Client.GetAsync("/health")).Content.ReadAsStringAsync();
}
