using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Identity.Keys;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class PlantedSigningKeyTests(App app, ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Tokens_of_a_key_that_somebody_wrote_into_the_database_are_refused_and_genuine_ones_accepted()
    {
        var user = await api.SignUpAsync();
        var forge = new TokenForge();
        await PlantAsync(forge);
        await api.Services.GetRequiredService<SigningKeyRing>().RefreshAsync(CancellationToken.None);

        (await StatusAsync(Forged(forge, user))).ShouldBe(HttpStatusCode.Unauthorized);

        (await StatusAsync(user.AccessToken)).ShouldBe(HttpStatusCode.OK);
        (await api.Client.GetStringAsync("/.well-known/jwks.json")).ShouldNotContain(TokenForge.Kid);
    }

    // As whoever can run SQL as the Api's role could.
    private async Task PlantAsync(TokenForge forge)
    {
        await using var connection = await app.Postgres.OpenAsync(ResourceNames.ApiDatabase, api.AdminConnectionString);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO signing_keys (kid, algorithm, public_key, wrapped_private_key, created_at, activated_at)
            VALUES ($1, 'RS256', $2, $3, now(), now() - interval '1 day')
            """,
            connection);
        insert.Parameters.AddWithValue(TokenForge.Kid);
        insert.Parameters.AddWithValue(forge.PublicKey);
        insert.Parameters.AddWithValue(new byte[64]);
        await insert.ExecuteNonQueryAsync();
    }

    private static string Forged(TokenForge forge, SignedIn user)
    {
        forge.Time.Now = DateTimeOffset.UtcNow;
        var claims = forge.Claims();
        claims["tid"] = user.TenantId;
        claims["scope"] = "contact:read";
        return forge.Sign(forge.Header(), claims);
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/contacts") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using var answer = await api.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
