using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class TenantSettingsHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Tenant = "/api/v1/tenant";

    [Fact]
    public async Task Settings_are_changed_one_by_one_and_audited()
    {
        var admin = await api.SignUpAsync();

        using var changed = await admin.Client.PatchAsJsonAsync(Tenant, new { name = " Ännchen GmbH ", timeZone = "Europe/Berlin" });
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        using var again = await admin.Client.PatchAsJsonAsync(Tenant, new { language = "de-AT" });
        again.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var read = await admin.Client.GetAsync(Tenant);
        read.Headers.ETag.ShouldBe(again.Headers.ETag);
        var settings = await read.Content.ReadFromJsonAsync<JsonElement>();
        settings.GetProperty("name").GetString().ShouldBe("Ännchen GmbH");
        settings.GetProperty("timeZone").GetString().ShouldBe("Europe/Berlin");
        settings.GetProperty("language").GetString().ShouldBe("de-AT");
        settings.GetProperty("limits").GetProperty("maxContacts").ValueKind.ShouldBe(JsonValueKind.Null);
        (await CountAsync("audit_entries", "action = 'tenant.updated' AND after ->> 'timeZone' = 'Europe/Berlin'", admin.TenantId)).ShouldBe(2);
    }

    [Fact]
    public async Task Settings_stay_when_somebody_else_changed_them_first()
    {
        var admin = await api.SignUpAsync();
        using var read = await admin.Client.GetAsync(Tenant);
        (await admin.Client.PatchAsJsonAsync(Tenant, new { name = "First" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var late = new HttpRequestMessage(HttpMethod.Patch, Tenant) { Content = JsonContent.Create(new { name = "Second" }) };
        late.Headers.IfMatch.Add(read.Headers.ETag!);
        await (await admin.Client.SendAsync(late)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "tenant_changed");
    }

    [Theory]
    [InlineData("name", " ")]
    [InlineData("name", "bell\u0007")]
    [InlineData("timeZone", "")]
    [InlineData("timeZone", "Mars/Olympus")]
    [InlineData("timeZone", "W. Europe Standard Time")]
    [InlineData("timeZone", "../../etc/passwd")]
    [InlineData("timeZone", "posix/Europe/Berlin")]
    [InlineData("language", "")]
    [InlineData("language", "englisch")]
    [InlineData("language", "de_AT")]
    [InlineData("language", "de-AT\n")]
    public async Task Setting_is_refused_naming_the_field(string field, string value)
    {
        var admin = await api.SignUpAsync();
        var problem = await (await admin.Client.PatchAsJsonAsync(Tenant, new Dictionary<string, string> { [field] = value }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task Usage_names_each_limit_and_when_it_was_measured()
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET max_users = 3, max_contacts = 10 WHERE id = $1", admin.TenantId);
        var before = await admin.Client.GetFromJsonAsync<JsonElement>($"{Tenant}/usage");
        before.GetProperty("users").GetProperty("used").GetInt64().ShouldBe(1);
        before.GetProperty("users").GetProperty("limit").GetInt64().ShouldBe(3);
        before.GetProperty("contacts").GetProperty("used").ValueKind.ShouldBe(JsonValueKind.Null);

        await api.ExecuteAsync("INSERT INTO tenant_usage VALUES ($1, 1, 7, 4096, 1, 1, now())", admin.TenantId);
        var after = await admin.Client.GetFromJsonAsync<JsonElement>($"{Tenant}/usage");
        after.GetProperty("contacts").GetProperty("used").GetInt64().ShouldBe(7);
        after.GetProperty("contacts").GetProperty("limit").GetInt64().ShouldBe(10);
        after.GetProperty("contacts").GetProperty("measuredAt").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        after.GetProperty("storageBytes").GetProperty("used").GetInt64().ShouldBe(4096);
        after.GetProperty("eventsThisMonth").GetProperty("used").GetInt64().ShouldBe(0);
    }

    /// <summary>An update that changes nothing counts the rows, also of those that the tenant cannot see.</summary>
    private Task<int> CountAsync(string table, string where, Guid tenantId) =>
        api.ExecuteAsync($"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = $1 AND {where}", tenantId);
}
