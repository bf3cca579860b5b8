using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Users;

public sealed class UserHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Users = "/api/v1/users";

    [Fact]
    public async Task List_pages_and_filters()
    {
        var admin = await api.SignUpAsync();
        var viewer = await api.AddMemberAsync(admin.TenantId, ["event_viewer"]);
        var user = await api.AddMemberAsync(admin.TenantId, ["user", "event_viewer"]);

        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await admin.Client.GetFromJsonAsync<JsonElement>($"{Users}?limit=1{(cursor is null ? "" : "&cursor=" + cursor)}");
            ids.AddRange(Ids(page));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        ids.ShouldBe([await admin.Client.MyIdAsync(), viewer.UserId, user.UserId]);
        Ids(await ListAsync("role=event_viewer")).ShouldBe([viewer.UserId, user.UserId]);
        Ids(await ListAsync("role=user")).ShouldBe([user.UserId]);
        Ids(await ListAsync($"email={$"{user.UserId:N}@MEMBERS.example".ToUpperInvariant()}")).ShouldBe([user.UserId]);
        Ids(await ListAsync("q=administrator")).ShouldBe([ids[0]]);
        Ids(await ListAsync("q=%25_%25")).ShouldBeEmpty("A wild card of LIKE is an ordinary character.");
        Ids(await ListAsync("state=disabled")).ShouldBeEmpty();

        Task<JsonElement> ListAsync(string query) => admin.Client.GetFromJsonAsync<JsonElement>($"{Users}?{query}");
    }

    [Theory]
    [InlineData("staet=disabled", 422)]
    [InlineData("state=nonsense", 422)]
    [InlineData("limit=0", 422)]
    [InlineData("limit=1&limit=2", 422)]
    [InlineData("cursor=nonsense", 400)]
    public async Task List_refuses_what_it_does_not_know(string query, int status) =>
        await (await (await api.SignUpAsync()).Client.GetAsync($"{Users}?{query}")).ShouldBeProblemAsync((HttpStatusCode)status, code: null);

    [Fact]
    public async Task Version_guards_a_change()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        using var read = await admin.Client.GetAsync(member.Path);
        var etag = read.Headers.ETag!.ToString();
        using (var again = await SendAsync(admin.Client, HttpMethod.Get, member.Path, ifNoneMatch: etag))
        {
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }

        var changed = await admin.Client.SendAsync(HttpMethod.Patch, member.Path, null, """{"displayName":" Bob "}""", ifMatch: etag);
        changed.Status.ShouldBe(HttpStatusCode.OK, changed.Body);
        JsonDocument.Parse(changed.Body).RootElement.GetProperty("displayName").GetString().ShouldBe("Bob");
        changed.ETag.ShouldNotBe(etag);
        (await admin.Client.SendAsync(HttpMethod.Patch, member.Path, null, """{"displayName":"Eve"}""", ifMatch: etag))
            .ShouldBeProblem(HttpStatusCode.PreconditionFailed, "user_changed");
        await (await SendAsync(admin.Client, HttpMethod.Delete, member.Path, ifMatch: etag)).ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "user_changed");
    }

    [Fact]
    public async Task Disabling_ends_all_sessions_at_once_and_enabling_brings_none_back()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        (await member.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await admin.Client.PatchAsJsonAsync(member.Path, new { state = "disabled" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await member.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        (await admin.Client.PatchAsJsonAsync(member.Path, new { state = "active" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await member.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");

        (await ActionsAsync(admin.TenantId)).ShouldBe("user.disabled,user.enabled");
    }

    [Fact]
    public async Task Deleting_ends_all_sessions_at_once_on_another_instance_too()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        await using var other = api.StartAnother();
        using var there = other.NewClient();
        there.DefaultRequestHeaders.Authorization = member.Client.DefaultRequestHeaders.Authorization;
        (await there.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await admin.Client.DeleteAsync(member.Path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await member.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        await Eventually.BecomesTrueAsync("the other instance refuses, too", TimeSpan.FromSeconds(1), async () =>
            (await there.GetAsync("/api/v1/auth/me")).StatusCode == HttpStatusCode.Unauthorized);
        await (await admin.Client.GetAsync(member.Path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "user_not_found");
        await (await admin.Client.DeleteAsync(member.Path)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "user_not_found");
        (await api.SqlAsync<string>($"SELECT before->>'email' FROM audit_entries WHERE tenant_id = '{admin.TenantId}' AND action = 'user.deleted'"))
            .ShouldBe($"{member.UserId:n}@members.example");
    }

    [Fact]
    public async Task Other_roles_make_tokens_stale_and_are_recorded_with_what_was_before()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["event_manager"]);
        (await member.Client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await admin.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "user" } })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await member.Client.GetAsync("/api/v1/contacts")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
        (await api.SqlAsync<string>($"SELECT before->'roles' || (after->'roles') FROM audit_entries WHERE tenant_id = '{admin.TenantId}' AND action = 'user.updated'"))
            .ShouldBe("""["event_manager", "user"]""");
        (await api.SqlAsync<long>($"SELECT count(*) FROM revocations WHERE subject = '{member.UserId}' AND below_version = 2")).ShouldBe(1);
    }

    [Fact]
    public async Task Same_roles_in_another_order_change_nothing()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user", "event_viewer"]);
        (await admin.Client.PatchAsJsonAsync(member.Path, new { roles = new[] { "event_viewer", "user" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await member.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK, "The token is as good as before.");
    }

    [Fact]
    public async Task Repeat_with_the_same_key_changes_once()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["event_manager"]);
        var first = await admin.Client.SendAsync(HttpMethod.Patch, member.Path, "change-1", """{"roles":["user"]}""");
        var second = await admin.Client.SendAsync(HttpMethod.Patch, member.Path, "change-1", """{"roles":["user"]}""");

        first.Status.ShouldBe(HttpStatusCode.OK, first.Body);
        second.Body.ShouldBe(first.Body);
        second.ETag.ShouldBe(first.ETag);
        second.Replayed.ShouldBe("true");
        (await ActionsAsync(admin.TenantId)).ShouldBe("user.updated");
        await (await member.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
    }

    [Theory]
    [InlineData("""{"roles":[]}""", 422)]
    [InlineData("""{"roles":["nobody"]}""", 422)]
    [InlineData("""{"roles":["user","user"]}""", 422)]
    [InlineData("""{"roles":["platform_admin"]}""", 422)]
    [InlineData("""{"roles":null}""", 400)]
    [InlineData("""{"roles":[null]}""", 422)]
    [InlineData("""{"state":"deleted"}""", 422)]
    [InlineData("""{"displayName":"  "}""", 422)]
    [InlineData("""{"email":"x@y.example"}""", 400)]
    [InlineData("""{"passwordHash":"x"}""", 400)]
    public async Task Patch_refuses_what_makes_no_sense(string body, int status)
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);
        (await admin.Client.SendAsync(HttpMethod.Patch, member.Path, null, body)).Status.ShouldBe((HttpStatusCode)status);
        (await member.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Own_name_is_ones_own_to_change_and_nothing_else_is()
    {
        var admin = await api.SignUpAsync();
        var member = await api.AddMemberAsync(admin.TenantId, ["user"]);

        (await member.Client.PatchAsJsonAsync("/api/v1/auth/me", new { displayName = "Jo" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await member.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("user").GetProperty("displayName").GetString().ShouldBe("Jo");
        await (await member.Client.PatchAsJsonAsync("/api/v1/auth/me", new { roles = new[] { "admin" } })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "unknown_member");
        await (await member.Client.PatchAsJsonAsync("/api/v1/auth/me", new { state = "disabled" })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "unknown_member");
        await (await member.Client.GetAsync(member.Path)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await (await member.Client.PatchAsJsonAsync(member.Path, new { displayName = "Jo" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
    }

    [Fact]
    public async Task Administrator_does_not_change_his_own_roles_or_state()
    {
        var admin = await api.SignUpAsync();
        var second = await api.AddMemberAsync(admin.TenantId, ["admin"]);
        await (await second.Client.PatchAsJsonAsync(second.Path, new { roles = new[] { "user" } })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "own_access");
        await (await second.Client.PatchAsJsonAsync(second.Path, new { state = "disabled" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "own_access");
        (await second.Client.PatchAsJsonAsync(second.Path, new { displayName = "Me", roles = new[] { "admin" } })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static List<Guid> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid())];

    private Task<string> ActionsAsync(Guid tenantId) => api.SqlAsync<string>(
        $"SELECT string_agg(action, ',' ORDER BY seq) FROM audit_entries WHERE tenant_id = '{tenantId}' AND action LIKE 'user.%' AND action <> 'user.created'");

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? ifMatch = null, string? ifNoneMatch = null)
    {
        var request = new HttpRequestMessage(method, path);
        _ = ifMatch is null || request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        _ = ifNoneMatch is null || request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return client.SendAsync(request);
    }
}
