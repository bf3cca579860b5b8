using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class SecondFactorPolicyHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Policy = "/api/v1/tenant/second-factor-policy";

    [Fact]
    public async Task A_user_who_signs_in_without_a_factor_that_is_required_may_enrol_and_nothing_else()
    {
        var admin = await api.SignUpAsync();
        var user = await api.AddUserAsync(admin, "event_manager");
        await SetAsync(admin, required: true);

        var (client, refreshToken) = await (await api.Client.LogInAsync(user)).TokensAsync(api);

        (await client.PermissionsAsync()).ShouldBeEmpty();
        await (await client.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "second_factor_enrolment_required");
        await (await client.GetAsync("/api/v1/auth/sessions")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "second_factor_enrolment_required");
        (await client.GetFromJsonAsync<JsonElement>(Authenticator.Path)).GetProperty("required").GetBoolean().ShouldBeTrue();

        await Authenticator.ConfirmAsync(client, await Authenticator.BeginAsync(client, currentPassword: null));
        var (full, _) = await (await api.Client.RefreshAsync(refreshToken)).TokensAsync(api);

        (await full.PermissionsAsync()).ShouldContain("contact:create");
        (await full.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Requiring_it_restricts_sessions_at_once_and_the_administrators_own_with_them()
    {
        var admin = await api.SignUpAsync();
        var user = await api.AddUserAsync(admin, "event_manager");

        await SetAsync(admin, required: true);

        foreach (var session in (SignedIn[])[user, admin])
        {
            await (await session.Client.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
            var (restricted, _) = await (await api.Client.RefreshAsync(session.RefreshToken)).TokensAsync(api);
            (await restricted.PermissionsAsync()).ShouldBeEmpty();
            await (await restricted.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "second_factor_enrolment_required");
            (await restricted.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }
    }

    [Fact]
    public async Task Sessions_with_a_second_factor_go_on_as_before()
    {
        var admin = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, admin);
        var (client, refreshToken) = await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(admin), app.Code())).TokensAsync(api);
        await api.ExecuteAsync("UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1 AND second_factor_at IS NULL", admin.TenantId);

        (await client.PutAsJsonAsync(Policy, new { required = true, roles = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (refreshed, _) = await (await api.Client.RefreshAsync(refreshToken)).TokensAsync(api);
        (await refreshed.PermissionsAsync()).ShouldContain("tenant:manage");
        await (await refreshed.RemoveFactorAsync(app.Code(1))).ShouldBeProblemAsync(HttpStatusCode.Conflict, "second_factor_required_by_policy");
    }

    [Fact]
    public async Task A_policy_by_role_covers_whoever_has_one_of_the_roles()
    {
        var admin = await api.SignUpAsync();
        var manager = await api.AddUserAsync(admin, "user", "event_manager");
        var viewer = await api.AddUserAsync(admin, "event_viewer");

        await SetAsync(admin, required: false, "event_manager");

        await (await manager.Client.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
        (await viewer.Client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.Client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (restricted, _) = await (await api.Client.LogInAsync(manager)).TokensAsync(api);
        (await restricted.PermissionsAsync()).ShouldBeEmpty();
        var (free, _) = await (await api.Client.LogInAsync(viewer)).TokensAsync(api);
        (await free.PermissionsAsync()).ShouldContain("contact:read");
    }

    [Fact]
    public async Task Requiring_it_no_longer_lifts_the_restriction_at_the_next_refresh()
    {
        var admin = await api.SignUpAsync();
        var user = await api.AddUserAsync(admin, "event_viewer");
        await SetAsync(admin, required: false, "event_viewer");
        var (_, refreshToken) = await (await api.Client.LogInAsync(user)).TokensAsync(api);

        await SetAsync(admin, required: false);

        var (client, _) = await (await api.Client.RefreshAsync(refreshToken)).TokensAsync(api);
        (await client.PermissionsAsync()).ShouldContain("contact:read");
    }

    [Fact]
    public async Task The_policy_is_read_checked_and_recorded()
    {
        var admin = await api.SignUpAsync();
        await SetAsync(admin, required: false, "event_viewer", "event_manager", "event_viewer");

        var policy = await admin.Client.GetFromJsonAsync<JsonElement>(Policy);
        policy.GetProperty("required").GetBoolean().ShouldBeFalse();
        policy.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["event_manager", "event_viewer"]);
        var problem = await (await admin.Client.PutAsJsonAsync(Policy, new { required = true, roles = new[] { "admin", "nobody" } }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("roles[1]");
        var viewer = await api.AddUserAsync(await api.SignUpAsync(), "event_viewer");
        await (await viewer.Client.PutAsJsonAsync(Policy, new { required = true, roles = Array.Empty<string>() }))
            .ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        (await api.ScalarAsync<string>("SELECT after->>'secondFactorRoles' FROM audit_entries WHERE tenant_id = $1 AND action = 'tenant.updated'", admin.TenantId))
            .ShouldContain("event_manager");
    }

    private static async Task SetAsync(SignedIn admin, bool required, params string[] roles)
    {
        using var answer = await admin.Client.PutAsJsonAsync(Policy, new { required, roles });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
