using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Invitations;

public sealed class InvitationHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Invitations = "/api/v1/invitations";
    private const string Password = "seven green horses sing";

    [Fact]
    public async Task Invited_joins_by_the_mail_and_signs_in_with_the_roles()
    {
        var admin = await api.SignUpAsync();
        var (_, email, token) = await InviteAsync(admin, "event_viewer");
        token.ShouldStartWith("pri_");

        using var accepted = await AcceptAsync(token);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Created, await accepted.Content.ReadAsStringAsync());
        var user = await accepted.Content.ReadFromJsonAsync<JsonElement>();
        user.GetProperty("email").GetString().ShouldBe(email);
        user.GetProperty("displayName").GetString().ShouldBe("Jo");
        var joined = await SignedIn.InAsync(api.NewClient, admin.Slug, email, Password);
        joined.TenantId.ShouldBe(admin.TenantId);
        (await joined.Client.GetAsync("/api/v1/contacts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await joined.Client.GetAsync("/api/v1/users")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await api.SqlAsync<string>($"SELECT string_agg(action, ',' ORDER BY seq) FROM audit_entries WHERE tenant_id = '{admin.TenantId}' AND (action LIKE 'invitation.%' OR resource_id = '{user.GetProperty("id").GetString()}')"))
            .ShouldBe("invitation.created,invitation.accepted,user.created");
        (await api.SqlAsync<long>($"SELECT count(*) FROM audit_entries WHERE tenant_id = '{admin.TenantId}' AND (before::text LIKE '%pri_%' OR after::text LIKE '%pri_%')")).ShouldBe(0);
    }

    [Fact]
    public async Task Token_works_once_when_64_come_with_it_at_once()
    {
        var admin = await api.SignUpAsync();
        var (_, email, token) = await InviteAsync(admin, "user");

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => AcceptAsync(token)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        answers.Where(answer => answer.StatusCode != HttpStatusCode.Created)
            .ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.NotFound || answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        (await api.SqlAsync<long>($"SELECT count(*) FROM users WHERE email_key = '{email}'")).ShouldBe(1);
        await (await AcceptAsync(token)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");
    }

    [Fact]
    public async Task Resending_replaces_the_token_and_makes_it_live_anew()
    {
        var admin = await api.SignUpAsync();
        var (path, email, first) = await InviteAsync(admin, "user");
        await api.ExecuteAsync("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE tenant_id = $1", admin.TenantId);
        await (await AcceptAsync(first)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");
        (await admin.Client.GetFromJsonAsync<JsonElement>(path)).GetProperty("state").GetString().ShouldBe("expired");

        (await admin.Client.PostAsync(path + "/resend", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var mails = await api.Mailbox.ReadAsync(email, 2);
        var second = mails.Select(Mailbox.TokenIn).Single(token => token != first);
        await (await AcceptAsync(first)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");
        (await AcceptAsync(second)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Revoked_invitation_is_not_accepted_and_makes_room_for_another()
    {
        var admin = await api.SignUpAsync();
        var (path, email, token) = await InviteAsync(admin, "user");
        await (await PostAsync(admin, email.ToUpperInvariant(), "user")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "already_invited");

        (await admin.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await AcceptAsync(token)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");
        await (await admin.Client.PostAsync(path + "/resend", null)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_found");
        (await PostAsync(admin, email, "user")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Address_of_a_user_is_not_invited()
    {
        var admin = await api.SignUpAsync();
        await (await PostAsync(admin, admin.Email.ToUpperInvariant(), "user")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "user_exists");
        (await PostAsync(await api.SignUpAsync(), admin.Email, "user")).StatusCode.ShouldBe(HttpStatusCode.Created, "Another tenant knows nothing of it.");
    }

    [Fact]
    public async Task Expired_invitation_makes_room_for_another()
    {
        var admin = await api.SignUpAsync();
        var (_, email, _) = await InviteAsync(admin, "user");
        await api.ExecuteAsync("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE tenant_id = $1", admin.TenantId);
        (await PostAsync(admin, email, "user")).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("UPDATE users SET state = 'disabled' WHERE tenant_id = $1 AND email LIKE '%members.example'")]
    [InlineData("DELETE FROM users WHERE tenant_id = $1 AND email LIKE '%members.example'")]
    [InlineData("UPDATE users SET roles = '{user}' WHERE tenant_id = $1 AND email LIKE '%members.example'")]
    public async Task Invitation_is_void_when_whoever_invited_may_no_longer(string change)
    {
        var admin = await api.SignUpAsync();
        var inviter = await api.AddMemberAsync(admin.TenantId, ["admin"]);
        var (path, email, token) = await InviteAsync(admin with { Client = inviter.Client }, "admin");
        await api.ExecuteAsync(change, admin.TenantId);

        await (await AcceptAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "invitation_void");

        // Another administrator may make it his own.
        (await admin.Client.PostAsync(path + "/resend", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var mails = await api.Mailbox.ReadAsync(email, 2);
        (await AcceptAsync(mails.Select(Mailbox.TokenIn).Single(other => other != token))).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Invitation_is_void_when_its_role_is_gone_or_its_tenant_suspended()
    {
        var admin = await api.SignUpAsync();
        await admin.Client.AddRoleAsync("reader", "event:read");
        var (_, _, token) = await InviteAsync(admin, "reader");
        await api.ExecuteAsync("DELETE FROM roles WHERE tenant_id = $1", admin.TenantId);
        await (await AcceptAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "invitation_void");

        var (_, _, other) = await InviteAsync(admin, "user");
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", admin.TenantId);
        await (await AcceptAsync(other)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");
    }

    [Theory]
    [InlineData("prt_")]
    [InlineData("")]
    [InlineData("pri_AAAA")]
    public async Task Other_tokens_open_nothing(string token) =>
        await (await AcceptAsync(token)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "invitation_not_open");

    [Theory]
    [InlineData("short", "Jo")]
    [InlineData("password password", "Jo")]
    [InlineData(Password, " ")]
    public async Task Weak_password_or_empty_name_leaves_the_invitation_open(string password, string name)
    {
        var admin = await api.SignUpAsync();
        var (_, _, token) = await InviteAsync(admin, "user");
        await (await AcceptAsync(token, name, password)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        (await AcceptAsync(token)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a b@x.example")]
    [InlineData("a@x.example\r\nBcc: all@x.example")]
    [InlineData("(comment)a@x.example")]
    [InlineData("")]
    public async Task Address_that_no_mail_reaches_is_not_invited(string email) =>
        await (await PostAsync(await api.SignUpAsync(), email, "user")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

    [Fact]
    public async Task List_filters_by_state()
    {
        var admin = await api.SignUpAsync();
        var open = await InviteAsync(admin, "user");
        var revoked = await InviteAsync(admin, "user");
        (await admin.Client.DeleteAsync(revoked.Path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await EmailsAsync("?state=open")).ShouldBe([open.Email]);
        (await EmailsAsync("?state=revoked")).ShouldBe([revoked.Email]);
        (await EmailsAsync("?state=accepted")).ShouldBeEmpty();
        (await EmailsAsync("")).ShouldBe([open.Email, revoked.Email]);

        async Task<List<string?>> EmailsAsync(string query) =>
            [.. (await admin.Client.GetFromJsonAsync<JsonElement>(Invitations + query)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("email").GetString())];
    }

    [Fact]
    public async Task Repeat_with_the_same_key_invites_and_mails_once()
    {
        var admin = await api.SignUpAsync();
        var email = $"{Guid.NewGuid():n}@invited.example";
        var body = $$"""{"email":"{{email}}","roles":["user"]}""";
        var first = await admin.Client.SendAsync(HttpMethod.Post, Invitations, "invite-1", body);
        var second = await admin.Client.SendAsync(HttpMethod.Post, Invitations, "invite-1", body);

        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        second.Body.ShouldBe(first.Body);
        second.Location.ShouldBe(first.Location);
        await api.Mailbox.ReadAsync(email, 1);
        (await api.SqlAsync<long>($"SELECT count(*) FROM invitations WHERE tenant_id = '{admin.TenantId}'")).ShouldBe(1);
    }

    private static Task<HttpResponseMessage> PostAsync(SignedIn admin, string email, params string[] roles) =>
        admin.Client.PostAsJsonAsync(Invitations, new { email, roles });

    private async Task<(string Path, string Email, string Token)> InviteAsync(SignedIn admin, params string[] roles)
    {
        var email = $"{Guid.NewGuid():n}@invited.example";
        using var invited = await PostAsync(admin, email, roles);
        invited.StatusCode.ShouldBe(HttpStatusCode.Created, await invited.Content.ReadAsStringAsync());
        var mail = (await api.Mailbox.ReadAsync(email, 1)).Single();
        return (invited.Headers.Location!.ToString(), email, Mailbox.TokenIn(mail));
    }

    private Task<HttpResponseMessage> AcceptAsync(string token, string displayName = "Jo", string password = Password) =>
        api.Client.PostAsJsonAsync(Invitations + "/accept", new { token, displayName, password });
}
