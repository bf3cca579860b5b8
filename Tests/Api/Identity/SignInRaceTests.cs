using System.Net;
using System.Net.Http.Json;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>Signing in while the user is being disabled or the tenant suspended: no session is left over, whoever comes first.</summary>
public sealed class SignInRaceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("UPDATE users SET state = 'disabled' WHERE tenant_id = $1")]
    [InlineData("UPDATE tenants SET state = 'suspended' WHERE id = $1")]
    public async Task A_sign_in_that_comes_second_waits_and_is_refused(string change)
    {
        var user = await api.SignUpAsync();
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var update = new NpgsqlCommand(change, connection) { Parameters = { new() { Value = user.TenantId } } })
        {
            (await update.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        var signIn = api.Client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password });
        await Eventually.BecomesTrueAsync("the sign-in waits for the transaction", TimeSpan.FromSeconds(30), WaitsAsync);
        signIn.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();

        await (await signIn).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
        (await api.ExecuteAsync("UPDATE sessions SET user_agent = user_agent WHERE tenant_id = $1", user.TenantId)).ShouldBe(1, "That of before.");
    }

    private async Task<bool> WaitsAsync()
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var waits = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')", connection);
        return (bool)(await waits.ExecuteScalarAsync())!;
    }
}
