using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class EnrolmentHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Enrolment_gives_the_secret_as_text_as_uri_and_as_a_picture_of_the_uri()
    {
        var user = await api.SignUpAsync();

        using var answer = await Authenticator.TryBeginAsync(user.Client, user.Password);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var enrolment = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var secret = enrolment.GetProperty("secret").GetString()!;
        Base32.TryDecode(secret, out var bytes).ShouldBeTrue();
        bytes.Length.ShouldBe(20);
        var uri = enrolment.GetProperty("uri").GetString()!;
        uri.ShouldStartWith($"otpauth://totp/ProductionReady:{Uri.EscapeDataString($"{user.Email} ({user.Slug})")}?secret={secret}&");
        QrReader.Read(enrolment.GetProperty("qrCode").GetString()!).ShouldBe(uri);
    }

    [Fact]
    public async Task Enrolment_counts_for_nothing_until_a_code_confirms_it()
    {
        var user = await api.SignUpAsync();
        var app = await Authenticator.BeginAsync(user.Client, user.Password);

        using (var login = await api.Client.LogInAsync(user))
        {
            login.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var wrong = await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = app.WrongCode() });
        await wrong.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        (await StateAsync(user)).GetProperty("confirmed").GetBoolean().ShouldBeFalse();

        (await Authenticator.ConfirmAsync(user.Client, app)).Distinct().Count().ShouldBe(10);

        var state = await StateAsync(user);
        state.GetProperty("confirmed").GetBoolean().ShouldBeTrue();
        state.GetProperty("required").GetBoolean().ShouldBeFalse();
        state.GetProperty("recoveryCodesLeft").GetInt32().ShouldBe(10);
        await api.Client.ChallengeAsync(user);
    }

    [Fact]
    public async Task Guessing_the_code_that_confirms_must_wait()
    {
        var user = await api.SignUpAsync();
        var app = await Authenticator.BeginAsync(user.Client, user.Password);
        for (var i = 0; i < 5; i++)
        {
            await (await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = app.WrongCode() }))
                .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        }

        await (await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = app.Code() }))
            .ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task Enrolling_anew_makes_the_secret_before_worthless()
    {
        var user = await api.SignUpAsync();
        var first = await Authenticator.BeginAsync(user.Client, user.Password);
        var second = await Authenticator.BeginAsync(user.Client, user.Password);

        using var old = await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = first.Code() });

        await old.ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        await Authenticator.ConfirmAsync(user.Client, second);
    }

    [Fact]
    public async Task A_confirmed_factor_is_not_replaced_or_confirmed_again()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);

        await (await Authenticator.TryBeginAsync(user.Client, user.Password)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "second_factor_exists");
        await (await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = app.Code() }))
            .ShouldBeProblemAsync(HttpStatusCode.Conflict, "second_factor_exists");
    }

    [Fact]
    public async Task Confirming_what_was_not_begun_is_404()
    {
        var user = await api.SignUpAsync();

        await (await user.Client.PostAsJsonAsync($"{Authenticator.Path}/confirm", new { code = "123456" }))
            .ShouldBeProblemAsync(HttpStatusCode.NotFound, "second_factor_not_found");
    }

    [Fact]
    public async Task Database_holds_neither_the_secret_nor_a_recovery_code()
    {
        var user = await api.SignUpAsync();
        var (app, codes) = await Authenticator.EnrolAsync(api, user);
        Base32.TryDecode(app.Secret, out var secret).ShouldBeTrue();

        (await api.ScalarAsync<long>("SELECT count(*) FROM second_factors WHERE tenant_id = $1 AND position($2 IN wrapped_secret) > 0", user.TenantId, secret))
            .ShouldBe(0);
        (await api.ScalarAsync<long>("SELECT count(*) FROM recovery_codes WHERE tenant_id = $1 AND code_hash = ANY($2)", user.TenantId,
            codes.Select(code => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(code))).ToArray())).ShouldBe(0);
        (await api.ScalarAsync<long>("SELECT count(*) FROM recovery_codes WHERE tenant_id = $1", user.TenantId)).ShouldBe(10);
    }

    [Fact]
    public async Task A_secret_that_is_copied_to_another_user_opens_nothing()
    {
        var thief = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, thief);
        var victim = await api.AddUserAsync(thief, "user");
        await api.ExecuteAsync(
            """
            INSERT INTO second_factors (tenant_id, user_id, wrapped_secret, created_at, confirmed_at, last_step)
            SELECT tenant_id, (SELECT id FROM users WHERE email = $2), wrapped_secret, created_at, confirmed_at, 0 FROM second_factors WHERE tenant_id = $1
            """,
            thief.TenantId, victim.Email);

        using var answer = await api.Client.CompleteAsync(await api.Client.ChallengeAsync(victim), app.Code());

        await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a guess, no more")]
    public async Task Enrolling_takes_more_than_a_session(string? guess)
    {
        var user = await api.SignUpAsync();

        var problem = await (await Authenticator.TryBeginAsync(user.Client, guess)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("currentPassword");
        (await api.ScalarAsync<long>("SELECT count(*) FROM second_factors WHERE tenant_id = $1", user.TenantId)).ShouldBe(0);
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'second_factor.enrolled'", user.TenantId)).ShouldBe(0);
    }

    [Fact]
    public async Task Guesses_at_the_password_count_like_failed_sign_ins()
    {
        var user = await api.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            await (await Authenticator.TryBeginAsync(user.Client, $"a guess, number {i}")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }

        await (await Authenticator.TryBeginAsync(user.Client, user.Password)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
        await (await api.Client.LogInAsync(user)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
        (await api.ScalarAsync<long>("SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'session.refused'", user.TenantId)).ShouldBe(5);
    }

    [Fact]
    public async Task A_restricted_session_is_asked_for_the_password_unless_it_was_just_given()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET require_second_factor = true WHERE id = $1", user.TenantId);
        var (client, _) = await (await api.Client.LogInAsync(user)).TokensAsync(api);
        await Authenticator.BeginAsync(client, currentPassword: null);

        // The session that is older than the policy shows that it is the sign-in that counts, and not the restriction.
        await ShouldAskAsync(user.Client);
        await api.ExecuteAsync("UPDATE sessions SET created_at = now() - interval '9 minutes' WHERE tenant_id = $1", user.TenantId);
        await Authenticator.BeginAsync(client, currentPassword: null);
        await api.ExecuteAsync("UPDATE sessions SET created_at = now() - interval '11 minutes' WHERE tenant_id = $1", user.TenantId);
        await ShouldAskAsync(client);
        await Authenticator.ConfirmAsync(client, await Authenticator.BeginAsync(client, user.Password));
    }

    [Fact]
    public async Task A_restricted_session_by_an_identity_provider_is_asked_for_the_password_that_there_is()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET require_second_factor = true WHERE id = $1", user.TenantId);
        var (client, _) = await (await api.Client.LogInAsync(user)).TokensAsync(api);
        await api.ExecuteAsync("UPDATE sessions SET method = 'oidc' WHERE tenant_id = $1", user.TenantId);

        await ShouldAskAsync(client);
    }

    private static async Task ShouldAskAsync(HttpClient client)
    {
        var problem = await (await Authenticator.TryBeginAsync(client, currentPassword: null)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe("currentPassword");
    }

    private static Task<JsonElement> StateAsync(SignedIn user) => user.Client.GetFromJsonAsync<JsonElement>(Authenticator.Path);
}
