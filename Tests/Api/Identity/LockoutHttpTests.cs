using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Identity.Lockout;
using ProductionReady.Api.Requests;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>Everything comes from loopback; 127.0.0.2 and its neighbours are strangers.</summary>
public sealed class LockoutHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Login = "/api/v1/auth/login";
    private const int Free = 4;

    [Fact]
    public async Task Failures_at_one_account_slow_further_tries_down_more_and_more_and_the_right_password_waits_too()
    {
        var user = await api.SignUpAsync();
        await FailAsync(api.Client, user.Slug, user.Email, Free);
        var waits = new List<TimeSpan>();
        for (var i = 0; i < 4; i++)
        {
            await FailAsync(api.Client, user.Slug, user.Email, 1);
            waits.Add(await BlockedAsync(api.Client, user.Slug, user.Email, user.Password));
            await LetTimePassAsync(user);
        }

        for (var i = 0; i < waits.Count; i++)
        {
            waits[i].ShouldBeInRange(TimeSpan.FromSeconds((5 << i) - 2), TimeSpan.FromSeconds(5 << i));
        }

        using var answer = await LogInAsync(api.Client, user.Slug, user.Email, user.Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await FailAsync(api.Client, user.Slug, user.Email, Free);
    }

    [Fact]
    public async Task The_wait_never_grows_over_a_quarter_of_an_hour()
    {
        var user = await api.SignUpAsync();
        await FailAsync(api.Client, user.Slug, user.Email, 1);
        await api.ExecuteAsync("UPDATE sign_in_throttles SET failures = 5000 WHERE tenant_id = $1 AND failures > 0", user.TenantId);

        await FailAsync(api.Client, user.Slug, user.Email, 1);

        (await BlockedAsync(api.Client, user.Slug, user.Email, user.Password)).ShouldBeInRange(TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task Strangers_who_fail_elsewhere_do_not_keep_the_user_out_where_he_signed_in_before()
    {
        var user = await api.SignUpAsync();
        for (byte host = 10; host < 16; host++)
        {
            using var stranger = ClientAt(host);
            await FailAsync(stranger, user.Slug, user.Email, 2, orBlocked: true);
        }

        using var another = ClientAt(99);
        await BlockedAsync(another, user.Slug, user.Email, user.Password);
        using var answer = await LogInAsync(api.Client, user.Slug, user.Email, user.Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_address_that_tries_many_accounts_is_slowed_down_at_every_account_of_the_tenant_and_adds_no_more_rows()
    {
        var user = await api.SignUpAsync();
        using var stranger = ClientAt(20);
        for (var i = 0; i < 40; i++)
        {
            (await LogInAsync(stranger, user.Slug, $"user{i}@acme.example", "a guess, no more")).Dispose();
        }

        await BlockedAsync(stranger, user.Slug, "user41@acme.example", "a guess, no more");
        (await RowsAsync(user)).ShouldBeLessThan((2 * ((4 * Free) + 2)) + 2);
        using var answer = await LogInAsync(api.Client, user.Slug, user.Email, user.Password);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Blocked_sign_ins_answer_the_same_for_accounts_and_tenants_that_do_not_exist()
    {
        var user = await api.SignUpAsync();
        (string Tenant, string Email)[] targets =
            [(user.Slug, user.Email), (user.Slug, "nobody@acme.example"), ("no-such-tenant", user.Email)];
        var bodies = new List<string>();
        for (var i = 0; i < targets.Length; i++)
        {
            using var stranger = ClientAt((byte)(30 + i));
            var (tenant, email) = targets[i];
            await FailAsync(stranger, tenant, email, Free + 1);
            using var answer = await LogInAsync(stranger, tenant, email, user.Password);
            answer.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
            var problem = await answer.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
            bodies.Add(string.Join('\n', problem.EnumerateObject().Where(member => member.Name != "traceId")));
        }

        bodies.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Failures_hold_on_every_instance_and_without_Redis()
    {
        var user = await api.SignUpAsync();
        await using var other = api.StartAnother(("ConnectionStrings:cache", "127.0.0.1:1,abortConnect=false"));
        using var client = other.NewClient();

        await FailAsync(client, user.Slug, user.Email, Free + 1);

        await BlockedAsync(api.Client, user.Slug, user.Email, user.Password);
    }

    [Fact]
    public async Task Failures_at_once_are_all_counted()
    {
        var user = await api.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LogInAsync(api.Client, user.Slug, user.Email, "a guess, no more")));

        // How many pass the look before the first is counted is chance; none of those is lost.
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT sum(failures) FROM sign_in_throttles WHERE tenant_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = user.TenantId });
        ((long)(await command.ExecuteScalarAsync())!).ShouldBe(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void Addresses_of_one_customer_count_as_one(string one, string other, bool same) =>
        NetworkOf.Address(IPAddress.Parse(one)).SequenceEqual(NetworkOf.Address(IPAddress.Parse(other))).ShouldBe(same);

    [Theory]
    [InlineData(null, "")]
    [InlineData("203.0.113.7", "CB007107")]
    [InlineData("::ffff:203.0.113.7", "CB007107")]
    [InlineData("2001:db8:1:2:ffff::9", "20010DB800010002")]
    public void Addresses_are_counted_under_the_bytes_that_they_always_were(string? address, string bytes) =>
        Convert.ToHexString(NetworkOf.Address(address is null ? null : IPAddress.Parse(address))).ShouldBe(bytes);

    [Fact]
    public void Memory_for_tenants_that_do_not_exist_is_bounded_and_forgets()
    {
        var strange = api.Services.GetRequiredService<StrangeTenants>();
        for (var i = 0; i < 10_000; i++)
        {
            var subject = BitConverter.GetBytes(i);
            strange.Count(new CountedSubjects([1, .. subject], [2, .. subject], [3, .. subject], [], IsKnown: false));
        }

        strange.WaitFor(new CountedSubjects([1, 0, 0, 0, 0], [2, 0, 0, 0, 0], [3, 0, 0, 0, 0], [], IsKnown: false)).ShouldBe(TimeSpan.Zero);
    }

    private HttpClient ClientAt(byte host) => ClientAddress.NewClient(api.Client.BaseAddress!, host);

    private static Task<HttpResponseMessage> LogInAsync(HttpClient client, string tenant, string email, string password) =>
        client.PostAsJsonAsync(Login, new { tenant, email, password });

    private static async Task FailAsync(HttpClient client, string tenant, string email, int times, bool orBlocked = false)
    {
        for (var i = 0; i < times; i++)
        {
            using var answer = await LogInAsync(client, tenant, email, "a guess, no more");
            if (!orBlocked || answer.StatusCode != HttpStatusCode.TooManyRequests)
            {
                await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
            }
        }
    }

    private static async Task<TimeSpan> BlockedAsync(HttpClient client, string tenant, string email, string password)
    {
        using var answer = await LogInAsync(client, tenant, email, password);
        var wait = answer.Headers.RetryAfter?.Delta;
        await answer.ShouldBeProblemAsync(HttpStatusCode.TooManyRequests, "sign_in_blocked");
        return wait!.Value;
    }

    private Task LetTimePassAsync(SignedIn user) =>
        api.ExecuteAsync("UPDATE sign_in_throttles SET blocked_until = now() WHERE tenant_id = $1", user.TenantId);

    private async Task<long> RowsAsync(SignedIn user)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM sign_in_throttles WHERE tenant_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = user.TenantId });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
