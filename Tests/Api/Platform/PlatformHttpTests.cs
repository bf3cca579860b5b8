using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Platform;

public sealed class PlatformHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Tenants = "/api/v1/platform/tenants";
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task Operator_pages_through_tenants_and_finds_them_by_state_and_name()
    {
        var operators = await api.OperatorAsync();
        var one = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET name = '100% Łódź_' WHERE id = $1", other.TenantId);

        var seen = new List<Guid>();
        var cursor = "";
        do
        {
            var page = await operators.Client.GetFromJsonAsync<JsonElement>($"{Tenants}?limit=2&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(tenant => tenant.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        seen.ShouldBeUnique();
        seen.ShouldContain(one.TenantId);
        seen.ShouldContain(operators.TenantId);
        (await FoundAsync(operators, "q=100%25%20%C5%81")).ShouldBe([other.TenantId]);
        (await FoundAsync(operators, $"q={one.Slug[..12]}")).ShouldBe([one.TenantId]);
        (await FoundAsync(operators, $"state=suspended&q={one.Slug}")).ShouldBeEmpty();
        await (await operators.Client.GetAsync($"{Tenants}?state=gone")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task Suspension_ends_sessions_on_every_instance_within_a_second_and_reactivation_lets_sign_in_again()
    {
        await using var replica = api.StartAnother();
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        using var there = replica.NewClient();
        there.DefaultRequestHeaders.Authorization = user.Client.DefaultRequestHeaders.Authorization;
        (await there.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var suspended = await operators.Client.PostAsJsonAsync($"{Tenants}/{user.TenantId}/suspend", new { reason = "did not pay" });

        suspended.StatusCode.ShouldBe(HttpStatusCode.OK, await suspended.Content.ReadAsStringAsync());
        (await suspended.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("suspendedReason").GetString().ShouldBe("did not pay");
        await Eventually.BecomesTrueAsync("no instance takes the token", TimeSpan.FromSeconds(1), async () =>
            (await there.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized && (await user.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await AuditedAsync("tenant.suspended", user.TenantId, user.TenantId)).ShouldBe(1, "in the tenant's trail");
        (await AuditedAsync("tenant.suspended", operators.TenantId, user.TenantId)).ShouldBe(1, "in the platform's trail");

        (await operators.Client.PostAsync($"{Tenants}/{user.TenantId}/reactivate", content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        await Eventually.BecomesTrueAsync("the old token stays refused", TimeSpan.FromSeconds(1), async () =>
            (await user.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Sign_ins_that_race_with_a_suspension_do_not_outlive_it()
    {
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        var signIns = Enumerable.Range(0, 12).Select(_ => api.NewClient().PostAsJsonAsync(
            "/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password })).ToList();
        await signIns[0];

        (await operators.Client.PostAsJsonAsync($"{Tenants}/{user.TenantId}/suspend", new { reason = "race" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Task.WhenAll(signIns);
        (await api.ExecuteAsync("UPDATE sessions SET revoked_at = revoked_at WHERE tenant_id = $1 AND revoked_at IS NULL", user.TenantId))
            .ShouldBe(0, "sessions that were left alive");
    }

    [Fact]
    public async Task Operator_is_told_what_cannot_be_done()
    {
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        await (await operators.Client.PostAsJsonAsync($"{Tenants}/{operators.TenantId}/suspend", new { reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "platform_tenant");
        await (await operators.Client.PostAsJsonAsync($"{Tenants}/{Guid.CreateVersion7()}/suspend", new { reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.NotFound, "tenant_not_found");
        await (await operators.Client.PostAsJsonAsync($"{Tenants}/nonsense/suspend", new { reason = "x" })).ShouldBeProblemAsync(HttpStatusCode.NotFound, "tenant_not_found");
        await (await operators.Client.PostAsJsonAsync($"{Tenants}/{user.TenantId}/suspend", new { reason = " " })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await (await operators.Client.PostAsJsonAsync($"{Tenants}/{user.TenantId}/erase", new { slug = "another" })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await (await operators.Client.PutAsJsonAsync($"{Tenants}/{user.TenantId}/limits", new { maxUsers = -1, maxContacts = (long?)null, maxEventsAMonth = (long?)null, maxStorageBytes = (long?)null }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Erasure_is_ordered_by_naming_the_slug_and_lets_nobody_in_from_then_on()
    {
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        using var ordered = await operators.Client.PostAsJsonAsync($"{Tenants}/{user.TenantId}/erase", new { slug = user.Slug });
        ordered.StatusCode.ShouldBe(HttpStatusCode.OK, await ordered.Content.ReadAsStringAsync());
        (await ordered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString().ShouldBe("closing");
        await Eventually.BecomesTrueAsync("the token is refused", TimeSpan.FromSeconds(1), async () =>
            (await user.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
        await (await operators.Client.PostAsync($"{Tenants}/{user.TenantId}/reactivate", content: null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_being_erased");
    }

    [Fact]
    public async Task Administrators_of_a_tenant_may_not_ask_about_others()
    {
        var admin = await api.SignUpAsync();
        foreach (var path in (string[])["tenants", $"tenants/{admin.TenantId}", "statistics", "tombstones"])
        {
            await (await admin.Client.GetAsync($"/api/v1/platform/{path}")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        }
    }

    [Theory]
    [InlineData("SELECT * FROM platform_tenants(NULL, NULL, NULL, NULL, 10)")]
    [InlineData("SELECT * FROM platform_statistics()")]
    [InlineData("SELECT * FROM platform_sign_ups('2020-01-01')")]
    public async Task Database_tells_of_all_tenants_to_the_platform_alone(string question)
    {
        var admin = await api.SignUpAsync();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        foreach (var tenant in (string[])["", admin.TenantId.ToString()])
        {
            await using var command = new NpgsqlCommand($"SET app.tenant_id = '{tenant}'; {question}", connection);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task Statistics_count_tenants_and_what_was_measured_of_them()
    {
        var operators = await api.OperatorAsync();
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("INSERT INTO tenant_usage VALUES ($1, 2, 70, 4096, 3, 5, now())", user.TenantId);
        var statistics = await operators.Client.GetFromJsonAsync<JsonElement>("/api/v1/platform/statistics");
        statistics.GetProperty("tenants").GetProperty("active").GetInt64().ShouldBeGreaterThanOrEqualTo(2);
        statistics.GetProperty("contacts").GetInt64().ShouldBeGreaterThanOrEqualTo(70);
        statistics.GetProperty("measuredTenants").GetInt64().ShouldBeGreaterThanOrEqualTo(1);
        statistics.GetProperty("signUps").EnumerateArray().Last().GetProperty("day").GetString().ShouldBe(DateTime.UtcNow.ToString("yyyy-MM-dd"));
    }

    [Fact]
    public async Task Tombstones_are_listed_page_by_page()
    {
        var operators = await api.OperatorAsync();
        for (var i = 0; i < 3; i++)
        {
            await api.ExecuteAsync("""
                INSERT INTO tombstones (id, slug_hash, due_at, started_at, erased_at, rows_before, rows_after)
                VALUES (gen_random_uuid(), sha256('gone'), now(), now(), now(), '{"contacts": 7}', '{"contacts": 0}')
                """);
        }

        (await Should.ThrowAsync<PostgresException>(() => api.ExecuteAsync("UPDATE tombstones SET rows_after = '{\"contacts\": 1}'")))
            .ConstraintName.ShouldBe("ck_tombstones_rows_after");
        var first = await operators.Client.GetFromJsonAsync<JsonElement>("/api/v1/platform/tombstones?limit=2");
        first.GetProperty("items").GetArrayLength().ShouldBe(2);
        first.GetProperty("items")[0].GetProperty("rowsBefore").GetProperty("contacts").GetInt64().ShouldBe(7);
        var second = await operators.Client.GetFromJsonAsync<JsonElement>($"/api/v1/platform/tombstones?limit=2&cursor={first.GetProperty("nextCursor").GetString()}");
        second.GetProperty("items").GetArrayLength().ShouldBe(1);
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task<Guid[]> FoundAsync(SignedIn operators, string query) =>
        [.. (await operators.Client.GetFromJsonAsync<JsonElement>($"{Tenants}?{query}")).GetProperty("items").EnumerateArray().Select(tenant => tenant.GetProperty("id").GetGuid())];

    /// <summary>An update that changes nothing counts the rows.</summary>
    private Task<int> AuditedAsync(string action, Guid trail, Guid tenant) => api.ExecuteAsync(
        "UPDATE audit_entries SET action = action WHERE tenant_id = $1 AND action = $2 AND resource_id = $3", trail, action, tenant.ToString());
}
