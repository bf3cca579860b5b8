using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>
/// A revocation at one instance holds at another within a second: of the requests that go there without a pause, none that begins
/// a second or more after the answer to the revoking call is let in. The clock that measures it is the one that decides there, so
/// it holds on a slow machine too.
/// </summary>
public sealed class RevocationReachTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string NoRedis = "127.0.0.1:1,abortConnect=false,connectTimeout=200";

    public static TheoryData<string, bool> Ways =>
    [
        .. from way in (string[])["logout", "logout everywhere", "session of the list", "user disabled", "tenant suspended", "password changed"]
           from redis in (bool[])[true, false]
           select (way, redis),
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Reaches_another_instance_within_a_second(string way, bool withRedis)
    {
        (string, string)[] settings = withRedis ? [] : [("ConnectionStrings:cache", NoRedis)];
        await using var here = api.StartAnother(settings);
        await using var there = api.StartAnother(settings);
        var user = await SignedIn.UpAsync(here.NewClient);
        var victim = await SignedIn.InAsync(here.NewClient, user.Slug, user.Email, user.Password);
        using var client = there.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", victim.AccessToken);
        (await StatusAsync(client)).ShouldBe(HttpStatusCode.OK);
        var memory = there.Services.GetRequiredService<RevocationMemory>();
        await Eventually.BecomesTrueAsync("the memory is in step", TimeSpan.FromSeconds(30), () => Task.FromResult(memory.IsTrusted));

        await RevokeAsync(way, here, user, victim);
        var answered = Stopwatch.StartNew();

        var lastLetIn = TimeSpan.Zero;
        for (var status = HttpStatusCode.OK; status != HttpStatusCode.Unauthorized;)
        {
            var begun = answered.Elapsed;
            status = await StatusAsync(client);
            status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Unauthorized);
            lastLetIn = status == HttpStatusCode.OK ? begun : lastLetIn;
            lastLetIn.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }

        (await RefreshStatusAsync(there, victim)).ShouldBe(HttpStatusCode.Unauthorized);
        TestContext.Current.TestOutputHelper?.WriteLine($"{way}, Redis {(withRedis ? "up" : "down")}: last let in after {lastLetIn.TotalMilliseconds:0} ms");
    }

    private async Task RevokeAsync(string way, RunningApi here, SignedIn user, SignedIn victim)
    {
        switch (way)
        {
            case "logout":
                (await victim.Client.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
                break;
            case "logout everywhere":
                (await user.Client.PostAsync("/api/v1/auth/logout-everywhere", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
                break;
            case "session of the list":
                var me = await victim.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
                (await user.Client.DeleteAsync($"/api/v1/auth/sessions/{me.GetProperty("sessionId").GetGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
                break;
            case "user disabled":
                var id = (await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("user").GetProperty("id").GetGuid();
                var other = await AnotherAdministratorAsync(here, user);
                (await other.Client.PatchAsJsonAsync($"/api/v1/users/{id}", new { state = "disabled" })).StatusCode.ShouldBe(HttpStatusCode.OK);
                break;
            case "tenant suspended":
                await SuspendAsync(here, user);
                break;
            default:
                (await user.Client.PostAsJsonAsync("/api/v1/auth/password", new { currentPassword = user.Password, newPassword = "another horse battery staple" }))
                    .StatusCode.ShouldBe(HttpStatusCode.NoContent);
                break;
        }
    }

    private async Task<SignedIn> AnotherAdministratorAsync(RunningApi here, SignedIn user)
    {
        const string email = "second@x.example";
        await api.ExecuteAsync(
            """
            INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at)
            SELECT tenant_id, gen_random_uuid(), $2, 'Second', password_hash, roles, state, now(), now() FROM users WHERE tenant_id = $1
            """,
            user.TenantId, email);
        return await SignedIn.InAsync(here.NewClient, user.Slug, email, user.Password);
    }

    /// <summary>As a handler does: the change and the end of the sessions in one transaction, in the tenant's scope.</summary>
    private static async Task SuspendAsync(RunningApi here, SignedIn user)
    {
        await using var scope = here.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(user.TenantId, CancellationToken.None);
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync();
        await database.Database.ExecuteSqlAsync($"UPDATE tenants SET state = 'suspended' WHERE id = {user.TenantId}");
        (await scope.ServiceProvider.GetRequiredService<SessionEnding>().EndAllOfTenantAsync(SessionEnding.TenantSuspended, CancellationToken.None)).ShouldBe(2);
        await transaction.CommitAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/contacts?limit=1");
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> RefreshStatusAsync(RunningApi there, SignedIn user)
    {
        using var client = there.NewClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = user.RefreshToken });
        return answer.StatusCode;
    }
}
