using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

public sealed class ChangeSecondFactorHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string RecoveryCodes = $"{Authenticator.Path}/recovery-codes";

    [Fact]
    public async Task Removing_it_takes_a_code_and_the_password_is_enough_afterwards()
    {
        var user = await api.SignUpAsync();
        var (app, codes) = await Authenticator.EnrolAsync(api, user);

        await (await user.Client.RemoveFactorAsync(code: null)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        await (await user.Client.RemoveFactorAsync(app.WrongCode())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        (await user.Client.RemoveFactorAsync(codes[0])).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await api.Client.LogInAsync(user)).TokensAsync(api);
        await (await user.Client.RemoveFactorAsync(codes[1])).ShouldBeProblemAsync(HttpStatusCode.NotFound, "second_factor_not_found");
        (await api.ScalarAsync<long>("SELECT count(*) FROM recovery_codes WHERE tenant_id = $1", user.TenantId)).ShouldBe(0);
        (await api.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE tenant_id = $1 AND second_factor_at IS NOT NULL", user.TenantId)).ShouldBe(0);
    }

    [Fact]
    public async Task New_recovery_codes_take_a_code_and_void_the_old_ones()
    {
        var user = await api.SignUpAsync();
        var (app, old) = await Authenticator.EnrolAsync(api, user);
        await (await user.Client.PostAsJsonAsync(RecoveryCodes, new { code = app.WrongCode() }))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");

        using var answer = await user.Client.PostAsJsonAsync(RecoveryCodes, new { code = app.Code() });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var fresh = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!).ToList();
        fresh.Count.ShouldBe(10);
        fresh.Intersect(old).ShouldBeEmpty();
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), old[0])).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_code_invalid");
        await (await api.Client.CompleteAsync(await api.Client.ChallengeAsync(user), fresh[0])).TokensAsync(api);
    }

    [Fact]
    public async Task Guessing_with_a_stolen_access_token_must_wait()
    {
        var user = await api.SignUpAsync();
        var (app, _) = await Authenticator.EnrolAsync(api, user);
        for (var i = 0; i < 5; i++)
        {
            await (await user.Client.RemoveFactorAsync(app.WrongCode())).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "second_factor_code_invalid");
        }

        await (await user.Client.RemoveFactorAsync(app.Code())).ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task An_administrator_removes_a_users_factor_and_ends_the_users_sessions()
    {
        var admin = await api.SignUpAsync();
        var user = await api.AddUserAsync(admin, "user");
        await Authenticator.EnrolAsync(api, user);
        var id = await api.ScalarAsync<Guid>("SELECT id FROM users WHERE email = $1", user.Email);

        (await admin.Client.DeleteAsync($"/api/v1/users/{id}/second-factor")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await user.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        (await api.Client.RefreshAsync(user.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await api.Client.LogInAsync(user)).TokensAsync(api);
        await (await admin.Client.DeleteAsync($"/api/v1/users/{id}/second-factor")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "second_factor_not_found");
    }

    [Fact]
    public async Task Nobody_removes_his_own_that_way_nor_another_tenants_nor_without_the_permission()
    {
        var admin = await api.SignUpAsync();
        await Authenticator.EnrolAsync(api, admin);
        var id = await api.ScalarAsync<Guid>("SELECT id FROM users WHERE email = $1", admin.Email);
        var user = await api.AddUserAsync(await api.SignUpAsync(), "user");
        var stranger = await api.SignUpAsync();

        await (await admin.Client.DeleteAsync($"/api/v1/users/{id}/second-factor")).ShouldBeProblemAsync(HttpStatusCode.Conflict, "own_second_factor");
        await (await stranger.Client.DeleteAsync($"/api/v1/users/{id}/second-factor")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "user_not_found");
        await (await user.Client.DeleteAsync($"/api/v1/users/{id}/second-factor")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
        await api.Client.ChallengeAsync(admin);
    }
}
