using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Roles;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Roles;

public sealed class RoleHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Roles = "/api/v1/roles";

    [Fact]
    public async Task List_has_the_built_in_roles_with_their_permissions_and_the_own_ones()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("auditor", "audit:read");
        var roles = (await admin.Client.GetFromJsonAsync<JsonElement>(Roles)).GetProperty("items").EnumerateArray().ToList();

        roles.Select(role => role.GetProperty("name").GetString()).ShouldBe(["admin", "event_manager", "event_viewer", "user", "auditor"]);
        roles.Select(role => role.GetProperty("builtIn").GetBoolean()).ShouldBe([true, true, true, true, false]);
        foreach (var role in roles.Take(4))
        {
            Texts(role.GetProperty("permissions")).ShouldBe(RolePermissions.BuiltIn[role.GetProperty("name").GetString()!].Order(StringComparer.Ordinal));
        }

        Texts(roles[4].GetProperty("permissions")).ShouldBe(["audit:read"]);
    }

    [Fact]
    public async Task Permissions_are_listed_with_what_they_mean()
    {
        var admin = await api.SignUpAsync();
        var listed = (await admin.Client.GetFromJsonAsync<JsonElement>("/api/v1/permissions")).GetProperty("items").EnumerateArray().ToList();
        listed.Select(permission => permission.GetProperty("name").GetString()).ShouldBe(Permissions.OfTenants);
        listed.ShouldAllBe(permission => permission.GetProperty("description").GetString()!.Length > 5);
    }

    [Fact]
    public async Task Change_of_a_role_holds_for_all_who_have_it_at_once()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("reader", "contact:read");
        var members = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => api.AddMemberAsync(admin.TenantId, ["reader"])));
        var other = await api.AddMemberAsync(admin.TenantId, ["event_viewer"]);

        using (var changed = await admin.Client.PutAsJsonAsync($"{Roles}/reader", new { description = "Reads no more", permissions = new[] { "event:read" } }))
        {
            changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        }

        foreach (var member in members)
        {
            await (await member.Client.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
        }

        (await other.Client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.SqlAsync<string>($"SELECT before->'permissions' || (after->'permissions') FROM audit_entries WHERE tenant_id = '{admin.TenantId}' AND action = 'role.updated'"))
            .ShouldBe("""["contact:read", "event:read"]""");
    }

    [Fact]
    public async Task Role_in_use_is_not_deleted()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("held", "event:read");
        await admin.Client.AddRoleAsync("offered", "event:read");
        await admin.Client.AddRoleAsync("free", "event:read");
        var member = await api.AddMemberAsync(admin.TenantId, ["held"]);
        using var invited = await admin.Client.PostAsJsonAsync("/api/v1/invitations", new { email = "new@x.example", roles = new[] { "offered" } });

        await (await admin.Client.DeleteAsync($"{Roles}/held")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "role_in_use");
        await (await admin.Client.DeleteAsync($"{Roles}/offered")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "role_in_use");
        (await admin.Client.DeleteAsync($"{Roles}/free")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await admin.Client.DeleteAsync(member.Path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.Client.DeleteAsync(invited.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.Client.DeleteAsync($"{Roles}/held")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.Client.DeleteAsync($"{Roles}/offered")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Role_is_either_deleted_or_given_when_both_are_asked_at_once()
    {
        var admin = await api.SignUpAsync();
        for (var round = 0; round < 8; round++)
        {
            var name = $"role_{round}";
            await admin.Client.AddRoleAsync(name, "event:read");
            var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
            var answers = await Task.WhenAll(
                admin.Client.DeleteAsync($"{Roles}/{name}"),
                admin.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { name } }));
            answers.Count(answer => answer.IsSuccessStatusCode).ShouldBe(1, $"{answers[0].StatusCode} {answers[1].StatusCode}");
        }
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("platform_admin")]
    [InlineData("a")]
    [InlineData("Auditor")]
    [InlineData("9lives")]
    [InlineData("with-hyphen")]
    [InlineData("näme")]
    [InlineData("new\nline")]
    public async Task Name_must_be_a_plain_word_and_no_built_in_roles(string name)
    {
        var admin = await api.SignUpAsync();
        var problem = await (await admin.Client.PostAsJsonAsync(Roles, new { name, description = "", permissions = Array.Empty<string>() }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").TryGetProperty("name", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Name_is_unique_in_the_tenant_and_free_in_others()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("auditor", "audit:read");
        await (await admin.Client.PostAsJsonAsync(Roles, new { name = "auditor", description = "", permissions = Array.Empty<string>() }))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "role_name_taken");
        await (await api.SignUpAsync()).Client.AddRoleAsync("auditor", "audit:read");
    }

    [Fact]
    public async Task Tenant_has_a_hundred_roles_of_its_own_and_no_more()
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO roles (tenant_id, name, description, permissions, created_at, updated_at)
            SELECT $1, 'role_' || n, '', '{}', now(), now() FROM generate_series(1, 99) AS n
            """,
            admin.TenantId);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            admin.Client.PostAsJsonAsync(Roles, new { name = $"more_{i}", description = "", permissions = Array.Empty<string>() })));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        (await api.SqlAsync<long>($"SELECT count(*) FROM roles WHERE tenant_id = '{admin.TenantId}'")).ShouldBe(RoleRules.MaxRoles);
    }

    [Fact]
    public async Task Version_guards_a_change_and_built_in_roles_stay()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("auditor", "audit:read");
        const string body = """{"description":"x","permissions":[]}""";
        (await admin.Client.SendAsync(HttpMethod.Put, $"{Roles}/auditor", null, body, ifMatch: "\"1\"")).ShouldBeProblem(HttpStatusCode.PreconditionFailed, "role_changed");
        (await admin.Client.SendAsync(HttpMethod.Put, $"{Roles}/admin", null, body)).ShouldBeProblem(HttpStatusCode.Conflict, "role_built_in");
        await (await admin.Client.DeleteAsync($"{Roles}/user")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "role_built_in");
        await (await admin.Client.DeleteAsync($"{Roles}/nobody")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "role_not_found");
    }

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(text => text.GetString()!);
}
