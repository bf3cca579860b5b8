using System.Net;
using System.Net.Http.Json;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Users;

public sealed class LastAdministratorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Code = "last_administrator";

    [Theory]
    [InlineData("""{"roles":["user"]}""")]
    [InlineData("""{"state":"disabled"}""")]
    [InlineData(null)]
    public async Task Last_administrator_stays_when_somebody_else_removes_him(string? patch)
    {
        var (admin, manager) = await TenantAsync();
        var path = $"/api/v1/users/{await admin.Client.MyIdAsync()}";

        await (await RemoveAsync(manager.Client, path, patch)).ShouldBeProblemAsync(HttpStatusCode.Conflict, Code);

        (await AdministratorsAsync(admin.TenantId)).ShouldBe(1);
        (await admin.Client.GetAsync("/api/v1/users")).StatusCode.ShouldBe(HttpStatusCode.OK, "A change that was refused ends nobody's session.");
    }

    [Fact]
    public async Task Last_administrator_stays_when_he_deletes_himself()
    {
        var admin = await api.SignUpAsync();
        var answer = await admin.Client.DeleteAsync($"/api/v1/users/{await admin.Client.MyIdAsync()}");
        await answer.ShouldBeProblemAsync(HttpStatusCode.Conflict, Code);
        (await AdministratorsAsync(admin.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task Disabled_administrator_does_not_count()
    {
        var (admin, manager) = await TenantAsync();
        var second = await api.AddMemberAsync(admin.TenantId, ["admin"]);
        (await admin.Client.PatchAsJsonAsync(second.Path, new { state = "disabled" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await manager.Client.DeleteAsync($"/api/v1/users/{await admin.Client.MyIdAsync()}")).ShouldBeProblemAsync(HttpStatusCode.Conflict, Code);
    }

    [Fact]
    public async Task Custom_role_with_every_permission_makes_no_administrator()
    {
        // The manager has such a role: he may do everything, and the tenant keeps its administrator all the same.
        var (admin, manager) = await TenantAsync();
        var path = $"/api/v1/users/{await admin.Client.MyIdAsync()}";
        await (await manager.Client.PatchAsJsonAsync(path, new { roles = new[] { "almighty" } })).ShouldBeProblemAsync(HttpStatusCode.Conflict, Code);
        await (await manager.Client.PutAsJsonAsync("/api/v1/roles/admin", new { description = "", permissions = Array.Empty<string>() }))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "role_built_in");
    }

    [Theory]
    [InlineData(2, "demote")]
    [InlineData(2, "delete")]
    [InlineData(16, "demote")]
    [InlineData(16, "disable")]
    [InlineData(16, "delete")]
    public async Task One_administrator_remains_when_all_remove_each_other_at_once(int count, string how)
    {
        var first = await api.SignUpAsync();
        var clients = new List<(HttpClient Client, string Path)> { (first.Client, $"/api/v1/users/{await first.Client.MyIdAsync()}") };
        while (clients.Count < count)
        {
            var member = await api.AddMemberAsync(first.TenantId, ["admin"]);
            clients.Add((member.Client, member.Path));
        }

        // Each removes the next one, in a circle: with nothing to stop them nobody would be left.
        var patch = how switch { "demote" => """{"roles":["user"]}""", "disable" => """{"state":"disabled"}""", _ => null };
        var answers = await Task.WhenAll(clients.Select((_, i) => RemoveAsync(clients[i].Client, clients[(i + 1) % count].Path, patch)));

        answers.ShouldAllBe(answer => (int)answer.StatusCode < 500);
        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBeInRange(1, count - 1);
        (await AdministratorsAsync(first.TenantId)).ShouldBeGreaterThanOrEqualTo(1);
    }

    [Theory]
    [InlineData("UPDATE users SET roles = '{user}' WHERE tenant_id = current_setting('app.tenant_id')::uuid")]
    [InlineData("UPDATE users SET state = 'disabled' WHERE tenant_id = current_setting('app.tenant_id')::uuid")]
    [InlineData("DELETE FROM users WHERE tenant_id = current_setting('app.tenant_id')::uuid")]
    public async Task Database_refuses_when_one_statement_takes_all_administrators(string sql)
    {
        var admin = await api.SignUpAsync();
        await api.AddMemberAsync(admin.TenantId, ["admin"]);
        await using var connection = await OpenAsync(admin.TenantId);
        var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(connection, sql));
        refused.ConstraintName.ShouldBe("users_last_administrator");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public async Task Database_keeps_one_when_transactions_that_do_not_see_each_other_commit_together(int count)
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync("DELETE FROM users WHERE tenant_id = $1", admin.TenantId);
        var ids = new List<Guid>();
        while (ids.Count < count)
        {
            ids.Add((await api.AddMemberAsync(admin.TenantId, ["admin"])).UserId);
        }

        var removed = await Task.WhenAll(ids.Select(async id =>
        {
            await using var connection = await OpenAsync(admin.TenantId);
            try
            {
                await ExecuteAsync(connection, $"UPDATE users SET state = 'disabled' WHERE id = '{id}'");
                return true;
            }
            catch (PostgresException exception) when (exception.ConstraintName == "users_last_administrator")
            {
                return false;
            }
        }));

        removed.Count(one => one).ShouldBe(count - 1);
        (await AdministratorsAsync(admin.TenantId)).ShouldBe(1);
    }

    /// <summary>A tenant with one administrator, and somebody who may do all the same without being one.</summary>
    private async Task<(SignedIn Admin, Member Manager)> TenantAsync()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("almighty", [.. ProductionReady.Api.Authorization.Permissions.OfTenants]);
        return (admin, await api.AddMemberAsync(admin.TenantId, ["almighty"]));
    }

    private static Task<HttpResponseMessage> RemoveAsync(HttpClient client, string path, string? patch) => patch is null
        ? client.DeleteAsync(path)
        : client.PatchAsync(path, new StringContent(patch, System.Text.Encoding.UTF8, "application/merge-patch+json"));

    private Task<long> AdministratorsAsync(Guid tenantId) => api.SqlAsync<long>(
        $"SELECT count(*) FROM users WHERE tenant_id = '{tenantId}' AND state = 'active' AND 'admin' = ANY (roles)");

    private async Task<NpgsqlConnection> OpenAsync(Guid tenantId)
    {
        var text = new NpgsqlConnectionStringBuilder(await api.ConnectionStringAsync(ResourceNames.ApiDatabase)) { Pooling = false };
        var connection = new NpgsqlConnection(text.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, $"SET app.tenant_id = '{tenantId}'");
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
