using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class CloseTenantHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task Closing_signs_everybody_else_out_lets_nobody_in_and_can_be_taken_back()
    {
        var admin = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);

        using var closed = await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password });

        closed.StatusCode.ShouldBe(HttpStatusCode.OK, await closed.Content.ReadAsStringAsync());
        var settings = await closed.Content.ReadFromJsonAsync<JsonElement>();
        settings.GetProperty("state").GetString().ShouldBe("closing");
        settings.GetProperty("eraseAfter").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddDays(30), TimeSpan.FromMinutes(1));
        await Eventually.BecomesTrueAsync("the other session is refused", TimeSpan.FromSeconds(1), async () =>
            (await elsewhere.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = elsewhere.RefreshToken }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, null);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = admin.Slug, email = admin.Email, password = admin.Password }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await admin.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = admin.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_active");

        (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
        await (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_closing");
    }

    [Fact]
    public async Task Closing_needs_the_callers_own_password_once_more()
    {
        var admin = await api.SignUpAsync();
        var problem = await (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password + "!" }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").GetProperty("password").GetArrayLength().ShouldBe(1);
        await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
    }

    [Fact]
    public async Task Closing_cannot_be_taken_back_once_the_time_has_come()
    {
        var admin = await api.SignUpAsync();
        (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await api.ExecuteAsync("UPDATE tenants SET erase_after = now() - interval '1 second' WHERE id = $1", admin.TenantId);
        await (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_being_erased");
    }
}
