using System.Net;
using System.Net.Http.Json;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>Sign-ins after the cost of a hash was raised.</summary>
public sealed class PasswordRehashTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const int Raised = 230_000;

    [Fact]
    public async Task Of_64_sign_ins_at_once_all_succeed_and_the_row_has_one_good_hash_of_the_new_cost()
    {
        var user = await api.SignUpAsync();
        var before = await HashAsync(user);
        await using var raised = RaisedApi();
        using var client = raised.NewClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => LogInAsync(client, user, user.Password)));

        answers.Select(answer => answer.StatusCode).ShouldAllBe(status => status == HttpStatusCode.OK);
        var after = await HashAsync(user);
        after.ShouldNotBe(before);
        Iterations(after).ShouldBe(Raised);
        (await LogInAsync(client, user, user.Password)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await HashAsync(user)).ShouldBe(after);
        (await LogInAsync(client, user, "another password")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_sign_in_that_a_change_of_the_password_overtakes_is_refused_and_does_not_bring_the_old_password_back()
    {
        var user = await api.SignUpAsync();
        await using var raised = RaisedApi();
        using var client = raised.NewClient();
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var change = new NpgsqlCommand(
            "UPDATE users SET password_hash = 'changed', password_changed_at = now() WHERE tenant_id = $1", connection)
        { Parameters = { new() { Value = user.TenantId } } })
        {
            (await change.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        // It has found the old password good, and made a new hash of it, when it waits for the change.
        var signIn = LogInAsync(client, user, user.Password);
        await Eventually.BecomesTrueAsync("the sign-in waits for the change", TimeSpan.FromSeconds(30), WaitsAsync);
        await transaction.CommitAsync();

        await (await signIn).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await HashAsync(user)).ShouldBe("changed");
    }

    private RunningApi RaisedApi() => api.StartAnother(("Identity:PasswordIterations", $"{Raised}"));

    private static Task<HttpResponseMessage> LogInAsync(HttpClient client, SignedIn user, string password) =>
        client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password });

    private static int Iterations(string hash)
    {
        var bytes = Convert.FromBase64String(hash);
        return (bytes[5] << 24) | (bytes[6] << 16) | (bytes[7] << 8) | bytes[8];
    }

    private Task<string> HashAsync(SignedIn user) => ScalarAsync<string>($"SELECT password_hash FROM users WHERE tenant_id = '{user.TenantId}'");

    private Task<bool> WaitsAsync() => ScalarAsync<bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')");

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
