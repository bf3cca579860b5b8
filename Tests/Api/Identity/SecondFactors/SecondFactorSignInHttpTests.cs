using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class SecondFactorSignInHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int Many = 64;

    [Fact]
    public async Task Sign_in_takes_the_password_and_then_a_code_and_the_session_shows_it()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);

        var challenge = await api.Client.ChallengeAsync(user);
        challenge.ShouldStartWith("prc_");
        var (client, refreshToken) = await (await api.Client.CompleteAsync(challenge, app.Code())).TokensAsync(api);

        (await client.PermissionsAsync()).ShouldContain("contact:read");
        (await api.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE tenant_id = $1 AND second_factor_at IS NOT NULL AND method = 'password'", user.TenantId))
            .ShouldBe(2, "the one that confirmed the app, and this one");
        await (await api.Client.RefreshAsync(refreshToken)).TokensAsync(api);
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'session.started' AND after->>'secondFactor' = 'true'", user.TenantId))
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_password_says_nothing_of_a_second_factor()
    {
        var user = await api.SignUpAsync();
        await Authenticator.EnrolAsync(api, user);

        await (await api.Client.LogInAsync(user with { Password = "wrong horse battery staple" }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
    }

    [Fact]
    public async Task A_code_works_once()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var code = app.Code();
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), code)).TokensAsync(api);

        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), code))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), app.Code(-1)))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), app.Code(1))).TokensAsync(api);
    }

    [Fact]
    public async Task A_code_is_good_whose_secret_is_wrapped_anew_at_the_same_time()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var challenge = await api.Client.ChallengeAsync(user);
        var rewrapped = await RewrappedAsync(user, app);
        await using var change = await HeldChange.MakeAsync(
            api.AdminConnectionString, "UPDATE second_factors SET wrapped_secret = $2 WHERE tenant_id = $1", user.TenantId, rewrapped);

        var completing = api.Client.CompleteAsync(challenge, app.Code());
        await change.SomebodyWaitsAsync();
        await change.CommitAsync();

        await (await completing).TokensAsync(api);
        (await api.ScalarAsync<byte[]>("SELECT wrapped_secret FROM second_factors WHERE tenant_id = $1", user.TenantId)).ShouldBe(rewrapped);
    }

    [Fact]
    public async Task An_app_is_confirmed_whose_secret_is_wrapped_anew_at_the_same_time()
    {
        var user = await api.SignUpAsync();
        var app = await Authenticator.BeginAsync(user.Client, user.Password);
        var rewrapped = await RewrappedAsync(user, app);
        await using var change = await HeldChange.MakeAsync(
            api.AdminConnectionString, "UPDATE second_factors SET wrapped_secret = $2 WHERE tenant_id = $1", user.TenantId, rewrapped);

        var confirming = Authenticator.ConfirmAsync(user.Client, app);
        await change.SomebodyWaitsAsync();
        await change.CommitAsync();

        (await confirming).Length.ShouldBe(10);
    }

    [Fact]
    public async Task A_recovery_code_works_once_however_it_is_typed()
    {
        var user = await api.SignUpAsync();
        var (_, codes) = await Authenticator.EnrolAsync(api, user);

        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), codes[3].ToLowerInvariant().Replace("-", " "))).TokensAsync(api);

        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), codes[3]))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), codes[4])).TokensAsync(api);
    }

    [Fact]
    public async Task A_challenge_starts_one_session_and_takes_five_codes()
    {
        var user = await api.SignUpAsync();
        var (app, codes) = await Authenticator.EnrolAsync(api, user);
        var used = await api.Client.ChallengeAsync(user);
        await (await api.Client.CompleteAsync(used, app.Code())).TokensAsync(api);
        await (await api.Client.CompleteAsync(used, codes[0])).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "challenge_invalid");

        var tried = await api.Client.ChallengeAsync(user);
        for (var i = 0; i < 5; i++)
        {
            await (await api.Client.CompleteAsync(tried, app.WrongCode())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        }

        await (await api.Client.CompleteAsync(tried, codes[0])).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "challenge_invalid");
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'session.refused' AND outcome = 'refused'", user.TenantId))
            .ShouldBe(5);
    }

    [Fact]
    public async Task Wrong_codes_over_many_challenges_must_wait_and_a_right_one_is_forgiven()
    {
        var user = await api.SignUpAsync();
        var (app, codes) = await Authenticator.EnrolAsync(api, user);
        for (var i = 0; i < 5; i++)
        {
            await (await api.Client.CompleteAsync(await PlantAsync(user), app.WrongCode()))
                .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        }

        using (var waits = await api.Client.CompleteAsync(await PlantAsync(user), codes[0]))
        {
            waits.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
            await waits.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        }

        await api.ExecuteAsync("UPDATE sign_in_throttles SET blocked_until = now() WHERE tenant_id = $1", user.TenantId);
        await (await api.Client.CompleteAsync(await PlantAsync(user), codes[0])).TokensAsync(api);
        (await api.ScalarAsync<long>("SELECT count(*) FROM sign_in_throttles WHERE tenant_id = $1 AND failures > 0", user.TenantId)).ShouldBe(0);
    }

    public static TheoryData<string> Events => new(
        "UPDATE sign_in_challenges SET expires_at = now() WHERE tenant_id = $1",
        "UPDATE users SET state = 'disabled' WHERE tenant_id = $1",
        "UPDATE users SET password_changed_at = now() WHERE tenant_id = $1");

    [Theory]
    [MemberData(nameof(Events))]
    public async Task A_challenge_is_worth_nothing_after(string what)
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var challenge = await api.Client.ChallengeAsync(user);
        await api.ExecuteAsync(what, user.TenantId);

        await (await api.Client.CompleteAsync(challenge, app.Code())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "challenge_invalid");
    }

    [Fact]
    public async Task A_challenge_of_a_suspended_tenant_starts_no_session()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var challenge = await api.Client.ChallengeAsync(user);
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", user.TenantId);

        (await api.Client.CompleteAsync(challenge, app.Code())).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_is_no_challenge_is_refused_in_one_way()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var other = await api.SignUpAsync();
        var stranger = SecretToken.Create(SecretToken.Challenge, other.TenantId).Text;
        string[] texts = ["", "prc_", "nonsense", user.RefreshToken, user.AccessToken, stranger, SecretToken.Create(SecretToken.Challenge, user.TenantId).Text];

        foreach (var text in texts)
        {
            await (await api.Client.CompleteAsync(text, app.Code())).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "challenge_invalid");
        }
    }

    [Fact]
    public async Task One_code_for_64_challenges_at_once_starts_one_session()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);

        (await AtOnceAsync(user, app.Code())).ShouldBe(1);
    }

    [Fact]
    public async Task One_recovery_code_for_64_challenges_at_once_starts_one_session()
    {
        var user = await api.SignUpAsync();
        var (_, codes) = await Authenticator.EnrolAsync(api, user);

        (await AtOnceAsync(user, codes[0])).ShouldBe(1);
    }

    [Fact]
    public async Task One_challenge_answered_64_times_at_once_starts_one_session()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        var challenge = await api.Client.ChallengeAsync(user);
        var code = app.Code();

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => api.Client.CompleteAsync(challenge, code)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.ShouldAllBe(answer => (int)answer.StatusCode < 500);
        (await SessionsAsync(user)).ShouldBe(2);
    }

    private async Task<int> AtOnceAsync(SignedIn user, string code)
    {
        var challenges = new List<string>();
        for (var i = 0; i < Many; i++)
        {
            challenges.Add(await PlantAsync(user));
        }

        var answers = await Task.WhenAll(challenges.Select(challenge => api.Client.CompleteAsync(challenge, code)));

        answers.ShouldAllBe(answer => (int)answer.StatusCode < 500);
        (await SessionsAsync(user)).ShouldBe(2, "the first one, and one more");
        return answers.Count(answer => answer.StatusCode == HttpStatusCode.OK);
    }

    private Task<long> SessionsAsync(SignedIn user) => api.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE tenant_id = $1", user.TenantId);

    /// <summary>A challenge as a sign-in makes it, without the tenth of a second that each password costs.</summary>
    private async Task<string> PlantAsync(SignedIn user)
    {
        var token = SecretToken.Create(SecretToken.Challenge, user.TenantId);
        await api.ExecuteAsync(
            """
            INSERT INTO sign_in_challenges (id, tenant_id, user_id, method, token_hash, created_at, expires_at, failed_attempts)
            SELECT gen_random_uuid(), tenant_id, id, 'password', $2, now(), now() + interval '5 minutes', 0 FROM users WHERE tenant_id = $1
            """,
            user.TenantId, SHA256.HashData(Encoding.ASCII.GetBytes(token.Text)));
        return token.Text;
    }

    private async Task<byte[]> RewrappedAsync(SignedIn user, Authenticator app)
    {
        Base32.TryDecode(app.Secret, out var secret).ShouldBeTrue();
        var userId = await api.ScalarAsync<Guid>("SELECT user_id FROM second_factors WHERE tenant_id = $1", user.TenantId);
        return api.Services.GetRequiredService<SecondFactorSecrets>().Wrap(user.TenantId, userId, secret);
    }
}
