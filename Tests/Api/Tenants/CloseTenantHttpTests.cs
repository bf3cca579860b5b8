using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Tenants;

public sealed class CloseTenantHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";
    private const string Close = "/api/v1/tenant/close";
    private const string Reopen = "/api/v1/tenant/reopen";

    [Fact]
    public async Task Closing_signs_everybody_else_out_lets_nobody_in_and_can_be_taken_back()
    {
        var admin = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);

        using var closed = await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password });

        closed.StatusCode.ShouldBe(HttpStatusCode.OK, await closed.Content.ReadAsStringAsync());
        var settings = await closed.Content.ReadFromJsonAsync<JsonElement>();
        settings.GetProperty("state").GetString().ShouldBe("closing");
        settings.GetProperty("eraseAfter").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddDays(30), TimeSpan.FromMinutes(1));
        await Eventually.BecomesTrueAsync("the other session is refused", TimeSpan.FromSeconds(1), async () =>
            (await elsewhere.Client.GetAsync(Me)).StatusCode == HttpStatusCode.Unauthorized);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = elsewhere.RefreshToken }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, null);
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = admin.Slug, email = admin.Email, password = admin.Password }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await admin.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = admin.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_active");

        (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
        await (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_closing");
    }

    [Fact]
    public async Task Closing_needs_the_callers_own_password_once_more()
    {
        var admin = await api.SignUpAsync();
        var problem = await (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password + "!" }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        problem.GetProperty("errors").GetProperty("password").GetArrayLength().ShouldBe(1);
        await SignedIn.InAsync(api.NewClient, admin.Slug, admin.Email, admin.Password);
    }

    [Fact]
    public async Task Guesses_at_the_password_count_like_failed_sign_ins()
    {
        var admin = await api.SignUpAsync();
        for (var i = 0; i < 5; i++)
        {
            await (await admin.Client.PostAsJsonAsync(Close, new { password = $"a guess, number {i}" })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        }

        await (await admin.Client.PostAsJsonAsync(Close, new { password = admin.Password })).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
        await (await api.Client.LogInAsync(admin)).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
    }

    [Fact]
    public async Task A_code_of_the_second_factor_closes_the_tenant_and_is_used_up()
    {
        var admin = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, admin);
        var code = app.Code();

        using var closed = await admin.Client.PostAsJsonAsync(Close, new { code });

        closed.StatusCode.ShouldBe(HttpStatusCode.OK, await closed.Content.ReadAsStringAsync());
        await (await api.Client.LogInAsync(admin)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await admin.Client.PostAsync(Reopen, content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await admin.Client.PostAsJsonAsync(Close, new { code })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(admin), app.Code(1))).TokensAsync(api);
    }

    [Fact]
    public async Task A_recovery_code_closes_the_tenant_once()
    {
        var admin = await api.SignUpAsync();
        var (_, codes) = await Authenticator.EnrolAsync(api, admin);
        (await admin.Client.PostAsJsonAsync(Close, new { code = codes[0] })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.Client.PostAsync(Reopen, content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await admin.Client.PostAsJsonAsync(Close, new { code = codes[0] })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        (await api.ScalarAsync<long>("SELECT count(*) FROM recovery_codes WHERE tenant_id = $1 AND used_at IS NOT NULL", admin.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task Guesses_at_the_code_must_wait_and_close_nothing()
    {
        var admin = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, admin);
        for (var i = 0; i < 5; i++)
        {
            await (await admin.Client.PostAsJsonAsync(Close, new { code = app.WrongCode() })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        }

        await (await admin.Client.PostAsJsonAsync(Close, new { code = app.Code() })).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        (await api.ScalarAsync<string>("SELECT state FROM tenants WHERE id = $1", admin.TenantId)).ShouldBe("active");
    }

    [Fact]
    public async Task A_code_of_an_app_that_was_never_confirmed_closes_nothing()
    {
        var admin = await api.SignUpAsync();
        var app = await Authenticator.BeginAsync(admin.Client, admin.Password);

        await (await admin.Client.PostAsJsonAsync(Close, new { code = app.Code() })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
    }

    [Fact]
    public async Task A_code_is_not_used_up_where_there_is_nothing_to_close()
    {
        var admin = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, admin);
        (await admin.Client.PostAsJsonAsync(Close, new { password = admin.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 6; i++)
        {
            // None of these is a guess.
            await (await admin.Client.PostAsJsonAsync(Close, new { code = app.Code() })).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_active");
        }

        (await admin.Client.PostAsync(Reopen, content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.Client.PostAsJsonAsync(Close, new { code = app.Code() })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_password_given_while_the_tenant_is_closing_is_no_guess()
    {
        var admin = await api.SignUpAsync();
        (await admin.Client.PostAsJsonAsync(Close, new { password = admin.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var i = 0; i < 3; i++)
        {
            await (await Authenticator.TryBeginAsync(admin.Client, admin.Password)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_active");
            await (await admin.Client.PostAsJsonAsync("/api/v1/auth/password", new { currentPassword = admin.Password, newPassword = "tin whistle overhaul" }))
                .ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_not_active");
        }

        (await admin.Client.PostAsync(Reopen, content: null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Authenticator.BeginAsync(admin.Client, admin.Password);
    }

    [Fact]
    public async Task Either_a_password_or_a_code_is_asked_for()
    {
        var admin = await api.SignUpAsync();

        await (await admin.Client.PostAsJsonAsync(Close, new { })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        await (await admin.Client.PostAsJsonAsync(Close, new { password = admin.Password, code = "123456" })).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Fact]
    public async Task Closing_cannot_be_taken_back_once_the_time_has_come()
    {
        var admin = await api.SignUpAsync();
        (await admin.Client.PostAsJsonAsync("/api/v1/tenant/close", new { password = admin.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await api.ExecuteAsync("UPDATE tenants SET erase_after = now() - interval '1 second' WHERE id = $1", admin.TenantId);
        await (await admin.Client.PostAsync("/api/v1/tenant/reopen", content: null)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_being_erased");
    }
}
