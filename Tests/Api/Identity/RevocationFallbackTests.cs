using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

/// <summary>While nobody says what was revoked, the rows decide.</summary>
public sealed class RevocationFallbackTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("UPDATE sessions SET revoked_at = now() WHERE tenant_id = $1", "token_revoked")]
    [InlineData("UPDATE sessions SET expires_at = now() WHERE tenant_id = $1", "token_revoked")]
    [InlineData("UPDATE users SET state = 'disabled' WHERE tenant_id = $1", "token_revoked")]
    [InlineData("UPDATE tenants SET state = 'suspended' WHERE id = $1", "token_revoked")]
    [InlineData("UPDATE users SET access_version = access_version + 1 WHERE tenant_id = $1", "token_stale")]
    public async Task The_rows_are_asked_at_each_request_while_the_feed_gets_no_answer(string change, string code)
    {
        var user = await api.SignUpAsync();
        var memory = api.Services.GetRequiredService<RevocationMemory>();
        await using (var connection = new NpgsqlConnection(api.AdminConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var block = new NpgsqlCommand("LOCK TABLE revocations IN ACCESS EXCLUSIVE MODE", connection))
            {
                await block.ExecuteNonQueryAsync();
            }

            await Eventually.BecomesTrueAsync("the memory is not trusted", Bound, () => Task.FromResult(!memory.IsTrusted));
            (await user.Client.GetAsync("/api/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

            (await api.ExecuteAsync(change, user.TenantId)).ShouldBe(1);

            await (await user.Client.GetAsync("/api/v1/auth/me")).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, code);
        }

        await Eventually.BecomesTrueAsync("the memory is trusted again", Bound, () => Task.FromResult(memory.IsTrusted));
    }
}
