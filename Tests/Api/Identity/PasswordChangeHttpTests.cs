using System.Net;
using System.Net.Http.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class PasswordChangeHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Change = "/api/v1/auth/password";
    private const string Me = "/api/v1/auth/me";
    private const string NewPassword = "tin whistle overhaul";

    [Fact]
    public async Task Change_ends_all_other_sessions_at_once_keeps_the_callers_and_tells_the_user()
    {
        var user = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);

        using var answer = await ChangeAsync(user, user.Password, NewPassword);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await elsewhere.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        using var refresh = await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = elsewhere.RefreshToken });
        refresh.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await LogInAsync(user, user.Password)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await LogInAsync(user, NewPassword)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.Mailbox.ReadAsync(user.Email, 1))[0].ShouldContain("Your password was changed");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("password12345")]
    [InlineData("correct horse battery staple")]
    [InlineData("First Administrator")]
    public async Task Change_to_a_password_that_does_not_do_is_refused_naming_the_field(string password)
    {
        var user = await api.SignUpAsync();

        var problem = await (await ChangeAsync(user, user.Password, password)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("newPassword");
        (await LogInAsync(user, user.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guesses_at_the_current_password_count_like_failed_sign_ins()
    {
        var user = await api.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            var problem = await (await ChangeAsync(user, $"a guess, number {i}", NewPassword)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
            problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("currentPassword");
        }

        using var refused = await ChangeAsync(user, user.Password, NewPassword);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
        await (await LogInAsync(user, user.Password)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
    }

    [Fact]
    public async Task Of_many_changes_at_once_one_succeeds_and_its_password_is_the_users()
    {
        var user = await api.SignUpAsync();
        string[] wanted = [.. Enumerable.Range(0, 8).Select(i => $"{NewPassword} no {i}")];

        var answers = await Task.WhenAll(wanted.Select(password => ChangeAsync(user, user.Password, password)));

        var winner = Array.FindIndex(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        await api.ExecuteAsync("UPDATE sign_in_throttles SET blocked_until = now() WHERE tenant_id = $1", user.TenantId);
        (await LogInAsync(user, wanted[winner])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<HttpResponseMessage> ChangeAsync(SignedIn user, string currentPassword, string newPassword) =>
        user.Client.PostAsJsonAsync(Change, new { currentPassword, newPassword });

    private Task<HttpResponseMessage> LogInAsync(SignedIn user, string password) =>
        api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password });
}
