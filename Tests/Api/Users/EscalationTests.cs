using System.Net;
using System.Net.Http.Json;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Users;

/// <summary>Nobody gets, gives or takes away what he does not have himself.</summary>
public sealed class EscalationTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Code = "beyond_own_permissions";

    [Fact]
    public async Task User_manager_makes_no_administrator_of_anybody()
    {
        var (admin, manager) = await TenantAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        await RefusedAsync(manager.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "admin" } }));
        await RefusedAsync(manager.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "user", "event_manager" } }));
        await RefusedAsync(manager.Client.PostAsJsonAsync("/api/v1/invitations", new { email = "me@again.example", roles = new[] { "admin" } }));
        (await manager.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "hr" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task User_manager_gets_rid_of_nobody_above_him()
    {
        var (admin, manager) = await TenantAsync();
        var above = await api.AddMemberAsync(admin.TenantId, ["admin"]);
        await RefusedAsync(manager.Client.DeleteAsync(above.Path));
        await RefusedAsync(manager.Client.PatchAsJsonAsync(above.Path, new { state = "disabled" }));
        await RefusedAsync(manager.Client.PatchAsJsonAsync(above.Path, new { roles = new[] { "user" } }));
        (await above.Client.GetAsync("/api/v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Role_manager_puts_nothing_into_a_role_that_he_does_not_have()
    {
        var (admin, manager) = await TenantAsync();
        await RefusedAsync(manager.Client.PostAsJsonAsync("/api/v1/roles", Role("mine", "tenant:manage")));
        (await manager.Client.PostAsJsonAsync("/api/v1/roles", Role("mine", "role:manage"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        await RefusedAsync(manager.Client.PutAsJsonAsync("/api/v1/roles/mine", Role(null, "role:manage", "api_key:manage")));

        await admin.Client.AddRoleAsync("above", "tenant:manage");
        await RefusedAsync(manager.Client.PutAsJsonAsync("/api/v1/roles/above", Role(null)));
        await RefusedAsync(manager.Client.DeleteAsync("/api/v1/roles/above"));
    }

    [Theory]
    [InlineData("platform:manage")]
    [InlineData("everything")]
    [InlineData("contact:READ")]
    public async Task Role_holds_no_permission_that_tenants_cannot_give(string permission)
    {
        var admin = await api.SignUpAsync();
        await (await admin.Client.PostAsJsonAsync("/api/v1/roles", Role("mine", permission))).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task Platform_role_is_unknown_outside_the_platforms_tenant()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        await InvalidAsync(admin.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "platform_admin" } }));
        await InvalidAsync(admin.Client.PostAsJsonAsync("/api/v1/invitations", new { email = "a@b.example", roles = new[] { "platform_admin" } }));
        await InvalidAsync(admin.Client.PostAsJsonAsync("/api/v1/roles", Role("platform_admin")));
        await (await admin.Client.GetAsync("/api/v1/roles/platform_admin")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "role_not_found");

        var refused = await Should.ThrowAsync<PostgresException>(() =>
            api.ExecuteAsync("UPDATE users SET roles = '{platform_admin}' WHERE tenant_id = $1", admin.TenantId));
        refused.ConstraintName.ShouldBe("ck_users_platform_admin", "The database refuses it whoever asks.");
    }

    /// <summary>A tenant, and somebody who may manage its users and roles and nothing else.</summary>
    private async Task<(SignedIn Admin, Member Manager)> TenantAsync()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("hr", "user:manage", "role:manage", "event:read");
        return (admin, await api.AddMemberAsync(admin.TenantId, ["hr"]));
    }

    private static object Role(string? name, params string[] permissions) =>
        name is null ? new { description = "", permissions } : new { name, description = "", permissions };

    private static async Task RefusedAsync(Task<HttpResponseMessage> answer) => await (await answer).ShouldBeProblemAsync(HttpStatusCode.Forbidden, Code);

    private static async Task InvalidAsync(Task<HttpResponseMessage> answer) =>
        await (await answer).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
}
