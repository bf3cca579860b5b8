using System.Net;
using System.Net.Http.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class PasswordResetHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Resets = "/api/v1/auth/password-resets";
    private const string NewPassword = "tin whistle overhaul";

    [Fact]
    public async Task Reset_sets_a_password_once_ends_all_sessions_and_tells_the_user()
    {
        var user = await api.SignUpAsync();
        var token = await TokenAsync(user);
        token.ShouldStartWith("prp_");

        using var answer = await CompleteAsync(token, NewPassword);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        await (await user.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        (await LogInAsync(user, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.Mailbox.ReadAsync(user.Email, 2))[1].ShouldContain("Your password was changed");
        await (await CompleteAsync(token, NewPassword + " again")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "password_reset_invalid");
    }

    [Fact]
    public async Task Asking_answers_the_same_whether_there_is_such_a_user_and_mails_nobody_else()
    {
        var user = await api.SignUpAsync();
        var disabled = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET state = 'disabled' WHERE tenant_id = $1", disabled.TenantId);
        var answers = new List<string>();
        (string Tenant, string Email)[] asked =
        [
            ("no-such-tenant", user.Email), (user.Slug, "nobody@acme.example"), (disabled.Slug, disabled.Email), (user.Slug, "' OR true --"), ("", ""),
            (user.Slug.ToUpperInvariant(), user.Email.ToUpperInvariant()),
        ];
        foreach (var (tenant, email) in asked)
        {
            using var answer = await api.Client.PostAsJsonAsync(Resets, new { tenant, email });
            answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
            answers.Add(await answer.Content.ReadAsStringAsync()
                + string.Join('\n', answer.Headers.Where(header => header.Key.ToUpperInvariant() is not ("DATE" or "X-REQUEST-ID")).Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
        }

        answers.Distinct().ShouldHaveSingleItem();
        await api.Mailbox.ReadAsync(user.Email, 1);
        (await api.Mailbox.ReadAsync(disabled.Email)).ShouldBeEmpty();
        (await api.Mailbox.ReadAsync("nobody@acme.example")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_the_newest_token_is_good_and_no_stranger_can_fill_a_mailbox()
    {
        var user = await api.SignUpAsync();
        var first = await TokenAsync(user);
        await AskAsync(user);
        await AskAsync(user);
        await AskAsync(await SignedUpAndAskedAsync());
        (await api.Mailbox.ReadAsync(user.Email)).Count.ShouldBe(1);

        await api.ExecuteAsync("UPDATE password_resets SET created_at = created_at - interval '2 minutes' WHERE tenant_id = $1", user.TenantId);
        await AskAsync(user);
        var second = Mailbox.TokenIn((await api.Mailbox.ReadAsync(user.Email, 2))[1]);

        await (await CompleteAsync(first, NewPassword)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "password_reset_invalid");
        (await CompleteAsync(second, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Of_64_completions_at_once_one_succeeds()
    {
        var user = await api.SignUpAsync();
        var token = await TokenAsync(user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => CompleteAsync(token, $"{NewPassword} no {i}")));

        // More than can be hashed in reasonable time are told to come back; all the others are too late.
        answers.Select(answer => answer.StatusCode).ShouldAllBe(status =>
            status == HttpStatusCode.NoContent || status == HttpStatusCode.UnprocessableEntity || status == HttpStatusCode.ServiceUnavailable);
        var winner = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        (await LogInAsync(user, $"{NewPassword} no {winner}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Expired_token_a_foreign_one_and_nonsense_are_refused_alike()
    {
        var user = await api.SignUpAsync();
        var token = await TokenAsync(user);
        await api.ExecuteAsync("UPDATE password_resets SET expires_at = now() WHERE tenant_id = $1", user.TenantId);

        foreach (var bad in (string[])[token, user.RefreshToken, user.RefreshToken.Replace("prt_", "prp_", StringComparison.Ordinal), "prp_", "", "prp_" + new string('A', 64)])
        {
            await (await CompleteAsync(bad, NewPassword)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "password_reset_invalid");
        }
    }

    [Fact]
    public async Task Password_that_does_not_do_leaves_the_token_good()
    {
        var user = await api.SignUpAsync();
        var token = await TokenAsync(user);

        foreach (var password in (string[])["short", "password12345", user.Password])
        {
            var problem = await (await CompleteAsync(token, password)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
            problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("newPassword");
        }

        (await CompleteAsync(token, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Reset_works_while_sign_ins_are_blocked_and_unblocks_them()
    {
        var user = await api.SignUpAsync();
        for (var i = 0; i < 6; i++)
        {
            (await LogInAsync(user, "a guess, no more")).Dispose();
        }

        await (await LogInAsync(user, user.Password)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");

        (await CompleteAsync(await TokenAsync(user), NewPassword)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await LogInAsync(user, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task User_without_a_password_gets_one_by_a_reset()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET password_hash = NULL, password_changed_at = NULL WHERE tenant_id = $1", user.TenantId);
        await (await LogInAsync(user, user.Password)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");

        (await CompleteAsync(await TokenAsync(user), NewPassword)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await LogInAsync(user, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<SignedIn> SignedUpAndAskedAsync()
    {
        var other = await api.SignUpAsync();
        await TokenAsync(other);
        return other;
    }

    private async Task<string> TokenAsync(SignedIn user)
    {
        await AskAsync(user);
        return Mailbox.TokenIn((await api.Mailbox.ReadAsync(user.Email, 1))[0]);
    }

    private async Task AskAsync(SignedIn user)
    {
        using var answer = await api.Client.PostAsJsonAsync(Resets, new { tenant = user.Slug, email = user.Email });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private Task<HttpResponseMessage> CompleteAsync(string token, string newPassword) =>
        api.Client.PostAsJsonAsync($"{Resets}/complete", new { token, newPassword });

    private Task<HttpResponseMessage> LogInAsync(SignedIn user, string password) =>
        api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password });
}
