using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Audit.Refusals;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditRecordingHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string LogIn = "/api/v1/auth/login";

    [Fact]
    public async Task Sign_up_and_sign_in_begin_the_trail_and_name_who_from_where_and_in_which_request()
    {
        var user = await api.SignUpAsync();

        var entries = await user.AuditAsync();

        entries.Select(entry => entry.Text("action")).ShouldBe(["session.started", "user.created", "tenant.created"]);
        entries.Select(entry => entry.GetProperty("seq").GetInt64()).ShouldBe([3, 2, 1]);
        entries.ShouldAllBe(entry => entry.Text("outcome") == "succeeded" && entry.Text("actor", "kind") == "user" && entry.Text("address").Length > 0
            && entry.Text("requestId").Length > 0 && entry.Text("hash").Length == 64);
        entries.Select(entry => entry.Text("actor", "id")).Distinct().ShouldHaveSingleItem();
        var started = entries[0];
        started.Text("sessionId").ShouldBe(started.Text("resource", "id"));
        started.Text("after", "method").ShouldBe("password");
        entries[1].Text("after", "email").ShouldBe(user.Email);
        entries[2].Text("after", "slug").ShouldBe(user.Slug);
        entries.ShouldAllBe(entry => !entry.GetRawText().Contains(user.Password));
    }

    [Fact]
    public async Task Refused_sign_in_names_a_user_who_exists_and_nothing_that_was_typed_otherwise()
    {
        var user = await api.SignUpAsync();
        await RefuseAsync(user.Slug, user.Email, "wrong horse battery staple");
        await RefuseAsync(user.Slug, "my secret pass@word.example", "wrong horse battery staple");
        await RefuseAsync(user.Slug, "My Secret Pass@word.example", "wrong horse battery staple");
        await RefuseAsync("no-such-tenant", user.Email, "wrong horse battery staple");

        var refused = await user.AuditAsync("action=session.refused");

        refused.Count.ShouldBe(3);
        refused.ShouldAllBe(entry => entry.Text("outcome") == "refused" && entry.Text("actor", "kind") == "anonymous" && entry.Text("after", "reason") == "credentials");
        refused[2].Text("resource", "type").ShouldBe("user");
        refused[2].Text("resource", "id").ShouldBe((await user.AuditAsync("action=user.created"))[0].Text("resource", "id"));
        refused[1].Text("resource", "type").ShouldBe("unknown_account");
        refused[1].Text("resource", "id").ShouldBe(refused[0].Text("resource", "id"), "the same address, but for its case");
        refused.ShouldAllBe(entry => !entry.GetRawText().Contains("horse") && !entry.GetRawText().Contains("word.example", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task End_of_a_session_is_recorded_once_by_logout_and_by_a_replayed_refresh_token()
    {
        var user = await api.SignUpAsync();
        var other = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        var left = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        (await left.Client.PostAsync("/api/v1/auth/logout", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await RefreshAsync(other.RefreshToken)).ShouldBe(HttpStatusCode.OK);
        await api.ExecuteAsync("UPDATE refresh_tokens SET used_at = used_at - interval '1 hour' WHERE tenant_id = $1", user.TenantId);
        (await RefreshAsync(other.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized);
        (await RefreshAsync(other.RefreshToken)).ShouldBe(HttpStatusCode.Unauthorized);

        var ended = (await user.AuditAsync("action=session.ended")).ShouldHaveSingleItem();
        ended.Text("after", "reason").ShouldBe("logout");
        ended.Text("sessionId").ShouldBe(ended.Text("resource", "id"));
        var replayed = (await user.AuditAsync("action=session.refresh_replayed")).ShouldHaveSingleItem();
        replayed.Text("outcome").ShouldBe("refused");
        replayed.Text("actor", "kind").ShouldBe("anonymous");
        replayed.Text("sessionId").ShouldNotBe(ended.Text("sessionId"));
    }

    [Fact]
    public async Task Denials_are_recorded_while_they_are_few_and_counted_when_they_are_many()
    {
        var admin = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET roles = '{user}' WHERE tenant_id = $1", admin.TenantId);
        var user = await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
        for (var i = 0; i < 25; i++)
        {
            await (await user.Client.GetAsync($"/api/v1/contacts/{Guid.CreateVersion7()}")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        }

        await (await user.Client.DeleteAsync($"/api/v1/contacts/{Guid.CreateVersion7()}")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await api.Services.GetRequiredService<SettleRefusals>().SettleAsync(all: true, CancellationToken.None);
        var denied = await admin.AuditAsync("action=permission.denied");

        denied.Count.ShouldBe(RefusalBudget.PerMinute + 1 + 1);
        denied.ShouldAllBe(entry => entry.Text("outcome") == "refused" && entry.Text("actor", "kind") == "user");
        denied.Count(entry => entry.Text("resource", "id") == "DELETE /api/v1/contacts/{id}").ShouldBe(1);
        denied[^1].Text("after", "permission").ShouldBe("contact:read");
        denied[0].Text("after", "notRecordedOneByOne").ShouldBe("15");
        denied[0].Text("resource", "id").ShouldBe("GET /api/v1/contacts/{id}");
    }

    [Fact]
    public async Task Nothing_is_done_and_nobody_let_in_when_the_trail_cannot_be_written()
    {
        var user = await api.SignUpAsync();
        var other = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        await api.ExecuteAsync("REVOKE EXECUTE ON FUNCTION append_audit(uuid,text,text,text,uuid,text,text,jsonb,jsonb,text,text,uuid,text) FROM app_api");
        try
        {
            foreach (var password in new[] { user.Password, "wrong horse battery staple" })
            {
                var answer = await api.Client.PostAsJsonAsync(LogIn, new { tenant = user.Slug, email = user.Email, password });
                await answer.ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
            }

            await (await other.Client.PostAsync("/api/v1/auth/logout", null)).ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
            var slug = $"t{Guid.NewGuid():n}"[..20];
            var signUp = await api.Client.PostAsJsonAsync("/api/v1/tenants", new
            {
                name = "Unrecorded", slug, admin = new { email = "a@b.example", displayName = "A", password = user.Password },
            });
            await signUp.ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
            (await api.ExecuteAsync("UPDATE tenants SET name = name WHERE slug = $1", slug)).ShouldBe(0);
        }
        finally
        {
            await api.ExecuteAsync("GRANT EXECUTE ON FUNCTION append_audit(uuid,text,text,text,uuid,text,text,jsonb,jsonb,text,text,uuid,text) TO app_api");
        }

        (await api.ExecuteAsync("UPDATE sessions SET user_id = user_id WHERE tenant_id = $1", user.TenantId)).ShouldBe(2, "the sessions from before");
        (await other.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await user.AuditAsync()).Count.ShouldBe(4);
    }

    private async Task RefuseAsync(string tenant, string email, string password) =>
        await (await api.Client.PostAsJsonAsync(LogIn, new { tenant, email, password })).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");

    private async Task<HttpStatusCode> RefreshAsync(string refreshToken)
    {
        using var answer = await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken });
        return answer.StatusCode;
    }
}
