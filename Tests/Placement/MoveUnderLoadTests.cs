using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.ApiKeys;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Placement;

/// <summary>A tenant is moved to a database of its own and back by the command, while two instances serve it.</summary>
public sealed class MoveUnderLoadTests(ApiFixture api, App app) : IClassFixture<ApiFixture>
{
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, Guid> _created = new();
    private int _answers;

    [Fact]
    public async Task No_request_fails_and_no_row_is_lost_or_left_while_a_tenant_moves_there_and_back()
    {
        await using var other = api.StartAnother();
        var user = await api.SignUpAsync();
        var there = await SignedIn.InAsync(other.NewClient, user.Slug, user.Email, user.Password);
        var neighbour = await api.SignUpAsync();
        var left = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        using var stop = new CancellationTokenSource();
        Task[] load =
        [
            CreateAsync(user, "a", stop.Token), CreateAsync(there, "b", stop.Token), CreateAsync(neighbour, "n", stop.Token),
            RepeatAsync(() => ReadAsync(user.Client), stop.Token), RepeatAsync(() => ReadAsync(there.Client), stop.Token),
            RefreshAsync(api.NewClient(), user.RefreshToken, stop.Token), RefreshAsync(other.NewClient(), there.RefreshToken, stop.Token),
            RepeatAsync(() => SignInAsync(other.NewClient(), user), stop.Token),
        ];

        var away = await MigrationRun.OfAsync(api.AdminConnectionString, app, "place", user.Slug);
        away.ExitCode.ShouldBe(0, away.Output);
        TestContext.Current.TestOutputHelper?.WriteLine(away.Output);
        var own = $"tenant_{user.Slug.Replace('-', '_')}";
        (await api.SqlAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{user.TenantId}'")).ShouldBe(0, "none is left at home");
        (await left.Client.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var before = _answers;
        await Eventually.BecomesTrueAsync("it is in use there", TimeSpan.FromSeconds(60), () => Task.FromResult(_answers > before + 100));

        var back = await MigrationRun.OfAsync(api.AdminConnectionString, app, "place", user.Slug, "--home");
        back.ExitCode.ShouldBe(0, back.Output);
        TestContext.Current.TestOutputHelper?.WriteLine(back.Output);
        before = _answers;
        await Eventually.BecomesTrueAsync("it is in use at home again", TimeSpan.FromSeconds(60), () => Task.FromResult(_answers > before + 100));
        await stop.CancelAsync();
        await Task.WhenAll(load);

        _failures.ShouldBeEmpty($"of {_answers} requests");
        TestContext.Current.TestOutputHelper?.WriteLine($"{_answers} requests, {_created.Count} contacts created");
        foreach (var (tenant, count) in _created.Values.CountBy(tenant => tenant))
        {
            (await api.SqlAsync<long>($"SELECT count(*) FROM contacts WHERE tenant_id = '{tenant}'")).ShouldBe(count, "each that was confirmed is there once");
        }

        (await api.SqlAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{own}'")).ShouldBe(0, "its own database is gone");
        var trail = await user.Client.GetFromJsonAsync<JsonElement>("/api/v1/audit/verification");
        trail.GetProperty("intact").GetBoolean().ShouldBeTrue(trail.ToString());
        using var gone = other.NewClient();
        gone.DefaultRequestHeaders.Authorization = left.Client.DefaultRequestHeaders.Authorization;
        (await gone.StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized, "what was ended elsewhere stays ended here");
    }

    private Task CreateAsync(SignedIn user, string prefix, CancellationToken stop)
    {
        var number = 0;
        return RepeatAsync(
            async () =>
            {
                var key = $"{prefix}{number++}";
                var answer = await user.Client.PostAsync(key, $$"""{"name":"Contact {{key}}","email":"{{key}}@x.example"}""");
                if (answer.Status == HttpStatusCode.Created)
                {
                    _created[key] = user.TenantId;
                }

                return answer.Status == HttpStatusCode.Created ? null : $"create {key}: {answer.Status} {answer.Body}";
            },
            stop);
    }

    private static async Task<string?> ReadAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/contacts?limit=1");
        return answer.IsSuccessStatusCode ? null : $"read: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private static async Task<string?> SignInAsync(HttpClient client, SignedIn user)
    {
        using (client)
        {
            using var answer = await client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password });
            return answer.IsSuccessStatusCode ? null : $"sign in: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
    }

    private Task RefreshAsync(HttpClient client, string token, CancellationToken stop) => RepeatAsync(
        async () =>
        {
            using var answer = await client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = token });
            if (!answer.IsSuccessStatusCode)
            {
                return $"refresh: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            }

            token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refreshToken").GetString()!;
            return null;
        },
        stop);

    private async Task RepeatAsync(Func<Task<string?>> request, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await request() is { } failure)
            {
                _failures.Enqueue(failure);
            }

            Interlocked.Increment(ref _answers);
        }
    }
}
