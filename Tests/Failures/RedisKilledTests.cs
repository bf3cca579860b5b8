using System.Net;
using Aspire.Hosting.Testing;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;
using StackExchange.Redis;

namespace ProductionReady.Tests.Failures;

[Collection(nameof(FailuresCollection))]
public sealed class RedisKilledTests(App app)
{
    [Fact]
    public async Task The_app_works_on_and_lets_no_revoked_session_in_when_Redis_is_killed()
    {
        var staying = await SignedIn.UpAsync(NewClient);
        var leavingBefore = await SignedIn.InAsync(NewClient, staying.Slug, staying.Email, staying.Password);
        var leavingDuring = await SignedIn.InAsync(NewClient, staying.Slug, staying.Email, staying.Password);
        await LogOutAsync(leavingBefore);

        await ServerProcess.KillRedisAsync(app);

        (await ListAsync(staying)).ShouldBe(HttpStatusCode.OK);
        (await ListAsync(leavingBefore)).ShouldBe(HttpStatusCode.Unauthorized);
        (await ListAsync(leavingDuring)).ShouldBe(HttpStatusCode.OK);
        await LogOutAsync(leavingDuring);
        (await ListAsync(leavingDuring)).ShouldBe(HttpStatusCode.Unauthorized);
        using (var ready = await NewClient().GetAsync("/health/ready"))
        {
            ready.StatusCode.ShouldBe(HttpStatusCode.OK, "The Api works without Redis.");
        }

        await Eventually.BecomesTrueAsync("Redis answers again", TimeSpan.FromSeconds(60), RedisAnswersAsync);
        (await ListAsync(staying)).ShouldBe(HttpStatusCode.OK);
        (await ListAsync(leavingBefore)).ShouldBe(HttpStatusCode.Unauthorized);
        (await ListAsync(leavingDuring)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private HttpClient NewClient() => app.Application.CreateHttpClient(ResourceNames.Api);

    private static async Task LogOutAsync(SignedIn user)
    {
        using var answer = await user.Client.PostAsync("/api/v1/auth/logout", content: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> ListAsync(SignedIn user)
    {
        using var answer = await user.Client.GetAsync("/api/v1/contacts");
        return answer.StatusCode;
    }

    private async Task<bool> RedisAnswersAsync()
    {
        try
        {
            using var redis = await ConnectionMultiplexer.ConnectAsync(await app.ConnectionStringAsync(ResourceNames.Cache));
            await redis.GetDatabase().PingAsync();
            return true;
        }
        catch (RedisException)
        {
            return false;
        }
    }
}
