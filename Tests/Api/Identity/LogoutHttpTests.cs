using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class LogoutHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task Logout_ends_the_session_with_both_tokens_and_no_other_session()
    {
        var user = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);

        (await LogOutAsync(user)).ShouldBe(HttpStatusCode.NoContent);

        await (await user.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        await (await user.Client.PostAsync("/api/v1/auth/logout", content: null)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        await (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = user.RefreshToken }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_invalid");
        (await elsewhere.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logout_reaches_another_instance()
    {
        await using var other = api.StartAnother();
        for (var i = 0; i < 10; i++)
        {
            var user = await api.SignUpAsync();
            using var client = other.NewClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user.AccessToken);
            using (var before = await client.GetAsync(Me))
            {
                before.StatusCode.ShouldBe(HttpStatusCode.OK, await before.Content.ReadAsStringAsync());
            }

            (await LogOutAsync(user)).ShouldBe(HttpStatusCode.NoContent);

            // The other instance hears of it by a message, which may arrive after the answer. How fast is for the bench.
            await Eventually.BecomesTrueAsync("the other instance refuses the token", TimeSpan.FromSeconds(10), async () =>
            {
                using var answer = await client.GetAsync(Me);
                return answer.StatusCode == HttpStatusCode.Unauthorized;
            });
            await (await client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        }
    }

    [Fact]
    public async Task Logout_holds_in_an_instance_that_starts_afterwards()
    {
        var user = await api.SignUpAsync();
        (await LogOutAsync(user)).ShouldBe(HttpStatusCode.NoContent);

        await using var other = api.StartAnother();
        using var client = other.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user.AccessToken);
        await (await client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
    }

    private static async Task<HttpStatusCode> LogOutAsync(SignedIn user)
    {
        using var answer = await user.Client.PostAsync("/api/v1/auth/logout", content: null);
        return answer.StatusCode;
    }
}
