using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Redis;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.RateLimits;

/// <summary>
/// Limits are counted in the app's one Redis, by address too: each test uses a policy whose key is its own, and the limits by
/// address are off but where they are what is tested.
/// </summary>
public sealed class RateLimitHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";

    private static readonly (string Key, string Value)[] NoLimits =
    [
        ("RateLimits:Enabled", "true"), ("RateLimits:Address:Permits", "0"), ("RateLimits:Principal:Permits", "0"), ("RateLimits:Tenant:Permits", "0"),
        ("RateLimits:Login:Permits", "0"), ("RateLimits:LoginAccount:Permits", "0"), ("RateLimits:SignUp:Permits", "0"), ("RateLimits:Refresh:Permits", "0"),
        ("RateLimits:PasswordReset:Permits", "0"),
    ];

    [Fact]
    public async Task Requests_over_the_limit_of_a_principal_get_429_with_when_to_try_again_and_others_do_not()
    {
        await using var limited = await LimitedAsync("Principal", 5);
        var user = await SignedIn.UpAsync(limited.NewClient);
        var other = await SignedIn.UpAsync(limited.NewClient);

        HttpResponseMessage? refused = null;
        for (var i = 0; i < 10 && refused is null; i++)
        {
            var answer = await user.Client.GetAsync(Me);
            answer.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem().ShouldBe("\"principal\";q=5;w=3600");
            refused = answer.StatusCode == HttpStatusCode.OK ? null : answer;
        }

        refused.ShouldNotBeNull();
        refused.Headers.GetValues("RateLimit").ShouldHaveSingleItem().ShouldStartWith("\"principal\";r=0;t=");
        // The window slides: permits of this hour weigh on the next one.
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        (await other.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await limited.NewClient().GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Limit_holds_across_instances()
    {
        await using var one = await LimitedAsync("Tenant", 20);
        await using var two = await LimitedAsync("Tenant", 20);
        var user = await SignedIn.UpAsync(one.NewClient);
        using var elsewhere = two.NewClient();
        elsewhere.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", user.AccessToken);
        var letIn = 1; // Signing in asked once.
        for (var i = 0; i < 20; i++)
        {
            letIn += (await user.Client.GetAsync(Me)).StatusCode == HttpStatusCode.OK ? 1 : 0;
            letIn += (await elsewhere.GetAsync(Me)).StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        letIn.ShouldBeLessThanOrEqualTo(20);
        letIn.ShouldBeGreaterThanOrEqualTo(15);
    }

    [Fact]
    public async Task Guesses_at_one_accounts_password_are_limited_in_whatever_case_its_name_is_written()
    {
        await using var limited = await LimitedAsync("LoginAccount", 4);
        using var client = limited.NewClient();
        var tenant = $"t{Guid.NewGuid():n}";
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 8; i++)
        {
            answers.Add(await client.PostAsJsonAsync("/api/v1/auth/login", new
            {
                tenant = i % 2 == 0 ? tenant : tenant.ToUpperInvariant(),
                email = i % 3 == 0 ? "ada@acme.example" : "ADA@acme.example",
                password = $"guess {i}",
            }));
        }

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized).ShouldBe(4);
        var refused = answers[^1];
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        await (await client.PostAsJsonAsync("/api/v1/auth/login", new { tenant, email = "bob@acme.example", password = "guess" }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
    }

    [Fact]
    public async Task Strangers_elsewhere_do_not_use_up_the_sign_ins_of_an_account()
    {
        await using var limited = await LimitedAsync("LoginAccount", 4);
        var user = await SignedIn.UpAsync(limited.NewClient);
        using var stranger = ClientAddress.NewClient(limited.Address, host: 2);
        HttpStatusCode last = default;
        for (var i = 0; i < 8; i++)
        {
            using var guess = await stranger.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = $"guess {i}" });
            last = guess.StatusCode;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
        using var own = await limited.NewClient().PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password });
        own.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sign_ups_of_one_address_are_limited_and_nothing_else_of_it()
    {
        await using var limited = await LimitedAsync("SignUp", 2);
        using var client = limited.NewClient();
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 6 && refused is null; i++)
        {
            var answer = await client.PostAsJsonAsync("/api/v1/tenants", new { });
            refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : null;
        }

        refused.ShouldNotBeNull();
        refused.Headers.RetryAfter.ShouldNotBeNull();
        await refused.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
        (await client.GetAsync("/.well-known/jwks.json")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // Until Redis is connected an instance counts for itself alone, and would let more in altogether.
    private async Task<RunningApi> LimitedAsync(string policy, int permits)
    {
        var limited = api.StartAnother([.. NoLimits, ($"RateLimits:{policy}:Permits", $"{permits}"), ($"RateLimits:{policy}:Window", "01:00:00")]);
        var redis = limited.Services.GetRequiredService<RedisLink>();
        await Eventually.BecomesTrueAsync("the instance is connected to Redis", TimeSpan.FromSeconds(30), redis.PingAsync);
        return limited;
    }
}
