using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>Each test has a database of its own: they turn the clock, and keys stay.</summary>
public sealed class KeyRotationTests(App app) : IAsyncLifetime
{
    private readonly ApiFixture api = new(app);

    private const string KeySet = "/.well-known/jwks.json";

    public ValueTask InitializeAsync() => api.InitializeAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_published_before_it_signs_and_the_old_one_honoured_until_its_last_token_has_expired()
    {
        var time = new ShiftedTime();
        await using var instance = api.StartAnother(time);
        var user = await SignedIn.UpAsync(instance.NewClient);
        var before = KidOf(user.AccessToken);

        var next = (await RotateAsync(instance, atOnce: false)).Kid;

        (await KidsAsync(instance)).ShouldBe([before, next], ignoreOrder: true);
        KidOf((await RefreshAsync(instance, user.RefreshToken)).Access).ShouldBe(before, "It does not sign before everybody knows it.");

        time.Shift = TimeSpan.FromMinutes(59);
        var last = await SignedIn.InAsync(instance.NewClient, user.Slug, user.Email, user.Password);
        KidOf(last.AccessToken).ShouldBe(before);

        time.Shift = TimeSpan.FromMinutes(61);
        var first = await SignedIn.InAsync(instance.NewClient, user.Slug, user.Email, user.Password);
        KidOf(first.AccessToken).ShouldBe(next);
        (await MeAsync(instance, last.AccessToken)).ShouldBe(HttpStatusCode.OK);

        // An hour ahead, 15 minutes of life, a minute for clocks that differ.
        time.Shift = TimeSpan.FromMinutes(75);
        (await KidsAsync(instance)).ShouldBe([before, next], ignoreOrder: true);

        time.Shift = TimeSpan.FromMinutes(77);
        (await KidsAsync(instance)).ShouldBe([next]);
        (await MeAsync(instance, last.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized);
        (await MeAsync(instance, (await RefreshAsync(instance, first.RefreshToken)).Access)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_key_set_may_be_kept_for_less_than_the_time_between_publishing_and_signing()
    {
        await using var instance = api.StartAnother(
            ("Identity:SigningKeys:RefreshEvery", "00:00:01"), ("Identity:SigningKeys:PublishAhead", "00:00:30"));
        using var client = instance.NewClient();
        using var answer = await client.GetAsync(KeySet);

        answer.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Of_many_that_find_a_key_due_at_once_one_makes_it()
    {
        var time = new ShiftedTime();
        await using var instance = api.StartAnother(time);
        await KidsAsync(instance);
        time.Shift = TimeSpan.FromDays(31);

        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            await using var scope = instance.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateIfDueAsync(CancellationToken.None);
        }));

        made.Count(key => key is not null).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_a_wrong_clock_made_for_next_year_neither_signs_now_nor_keeps_the_others_from_being_replaced()
    {
        var time = new ShiftedTime();
        await using var instance = api.StartAnother(time);
        var user = await SignedIn.UpAsync(instance.NewClient);
        var future = (await RotateAsync(instance, atOnce: false)).Kid;
        await api.ExecuteAsync("UPDATE signing_keys SET activated_at = activated_at + interval '365 days' WHERE kid = $1", future);
        await api.ExecuteAsync("UPDATE signing_keys SET retires_at = NULL");
        await RefreshRingAsync(instance);

        KidOf((await RefreshAsync(instance, user.RefreshToken)).Access).ShouldNotBe(future);

        time.Shift = TimeSpan.FromDays(30);
        await using var scope = instance.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateIfDueAsync(CancellationToken.None)).ShouldNotBeNull();
        (await api.ExecuteAsync("UPDATE signing_keys SET kid = kid WHERE kid = $1 AND retires_at < activated_at", future)).ShouldBe(1);
    }

    [Fact]
    public async Task A_stolen_key_is_refused_at_once_and_sessions_go_on_with_the_new_one()
    {
        await using var behind = api.StartAnother(new ShiftedTime { Shift = TimeSpan.FromSeconds(-20) });
        var user = await api.SignUpAsync();
        (await MeAsync(behind, user.AccessToken)).ShouldBe(HttpStatusCode.OK);

        var key = await RotateAsync(behind, atOnce: true);
        await api.Services.GetRequiredService<SigningKeyRing>().RefreshAsync(CancellationToken.None);

        (await MeAsync(behind, user.AccessToken)).ShouldBe(HttpStatusCode.Unauthorized, "An instance whose clock is behind refuses it too.");
        using (var refused = await user.Client.GetAsync("/api/v1/auth/me"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await KidsAsync(behind)).ShouldBe([key.Kid]);
        var tokens = await RefreshAsync(behind, user.RefreshToken);
        KidOf(tokens.Access).ShouldBe(key.Kid);
        (await MeAsync(behind, tokens.Access)).ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<ProductionReady.Data.Identity.SigningKey> RotateAsync(RunningApi instance, bool atOnce)
    {
        await using var scope = instance.Services.CreateAsyncScope();
        var key = await scope.ServiceProvider.GetRequiredService<KeyRotation>().RotateAsync(atOnce, CancellationToken.None);
        await RefreshRingAsync(instance);
        return key;
    }

    private static Task RefreshRingAsync(RunningApi instance) =>
        instance.Services.GetRequiredService<SigningKeyRing>().RefreshAsync(CancellationToken.None);

    private static async Task<IReadOnlyList<string>> KidsAsync(RunningApi instance)
    {
        using var client = instance.NewClient();
        var set = await client.GetFromJsonAsync<JsonElement>(KeySet);
        return [.. set.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static async Task<HttpStatusCode> MeAsync(RunningApi instance, string accessToken)
    {
        using var client = instance.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var answer = await client.GetAsync("/api/v1/auth/me");
        return answer.StatusCode;
    }

    private static async Task<(string Access, string Refresh)> RefreshAsync(RunningApi instance, string refreshToken)
    {
        using var client = instance.NewClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!);
    }

    internal static string KidOf(string token) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;
}
