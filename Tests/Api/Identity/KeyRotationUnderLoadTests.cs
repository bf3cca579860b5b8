using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class KeyRotationUnderLoadTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    // An hour passes in 10 seconds: a key signs for an hour, a token lives for one, and clients renew theirs after a third.
    private const double Speed = 360;
    private static readonly TimeSpan RenewAfter = TimeSpan.FromHours(1) / 3 / Speed;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<string, int> _tokensByKey = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private int _requests;

    [Fact]
    public async Task Keys_change_by_schedule_in_two_instances_and_no_request_of_busy_clients_fails()
    {
        var time = new FastTime(Speed);
        (string, string)[] settings =
        [
            ("Identity:AccessTokenLifetime", "01:00:00"),
            ("Identity:SigningKeys:RotateEvery", "01:00:00"),
            ("Identity:SigningKeys:PublishAhead", "00:25:00"),
            ("Identity:SigningKeys:RefreshEvery", "00:00:01"),
        ];
        await using var one = api.StartAnother(time, settings);
        await using var two = api.StartAnother(time, settings);
        var users = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignedIn.UpAsync(one.NewClient)));
        var first = (await KidsAsync(one)).ShouldHaveSingleItem();

        using var over = new CancellationTokenSource();
        var clients = users.Select(user => RequestAsync(user, one, two, over.Token)).Append(LogInAsync(users[0], one, two, over.Token)).ToList();
        try
        {
            // Gone from both is the first key when its successor signs and its last token has expired.
            await Eventually.BecomesTrueAsync("the first key is dropped", Bound, async () =>
                !(await KidsAsync(one)).Contains(first) && !(await KidsAsync(two)).Contains(first));
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(clients);
        }

        _failures.ShouldBeEmpty();
        _requests.ShouldBeGreaterThan(100);
        _tokensByKey.Count.ShouldBeGreaterThan(1, "Tokens of the old key and of a new one were in use.");
        _tokensByKey.ShouldContainKey(first);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_requests} requests, tokens by key: {string.Join(", ", _tokensByKey.Values)}");
        (await api.ExecuteAsync("UPDATE signing_keys SET kid = kid")).ShouldBeLessThan(8, "Two instances make one key together, not one each.");
    }

    /// <summary>Reads without a pause, each time from the other instance, and refreshes its tokens there too.</summary>
    private async Task RequestAsync(SignedIn user, RunningApi one, RunningApi two, CancellationToken over)
    {
        using HttpClient first = one.NewClient(), second = two.NewClient();
        var (access, refresh) = (user.AccessToken, user.RefreshToken);
        var renewed = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var client = i % 2 == 0 ? first : second;
            if (renewed.Elapsed > RenewAfter)
            {
                using var answer = await client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = refresh });
                renewed.Restart();
                if (await TokensAsync(answer) is not { } tokens)
                {
                    return;
                }

                (access, refresh) = tokens;
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/contacts");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access);
            using var read = await client.SendAsync(request, CancellationToken.None);
            await CountAsync(read);
        }
    }

    private async Task LogInAsync(SignedIn user, RunningApi one, RunningApi two, CancellationToken over)
    {
        using HttpClient first = one.NewClient(), second = two.NewClient();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            using var answer = await (i % 2 == 0 ? first : second).PostAsJsonAsync(
                "/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password }, CancellationToken.None);
            if (await TokensAsync(answer) is { } tokens)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
                using var me = await (i % 2 == 0 ? second : first).SendAsync(request, CancellationToken.None);
                await CountAsync(me);
            }
        }
    }

    private async Task<(string Access, string Refresh)?> TokensAsync(HttpResponseMessage answer)
    {
        if (!await CountAsync(answer))
        {
            return null;
        }

        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var access = tokens.GetProperty("accessToken").GetString()!;
        _tokensByKey.AddOrUpdate(KeyRotationTests.KidOf(access), 1, (_, count) => count + 1);
        return (access, tokens.GetProperty("refreshToken").GetString()!);
    }

    private async Task<bool> CountAsync(HttpResponseMessage answer)
    {
        Interlocked.Increment(ref _requests);
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            return true;
        }

        _failures.Enqueue($"{answer.RequestMessage!.RequestUri!.AbsolutePath}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return false;
    }

    private static async Task<IReadOnlyList<string>> KidsAsync(RunningApi instance)
    {
        using var client = instance.NewClient();
        var set = await client.GetFromJsonAsync<JsonElement>("/.well-known/jwks.json");
        return [.. set.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }
}
