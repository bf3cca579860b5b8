using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class RefreshHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Refresh = "/api/v1/auth/refresh";

    [Fact]
    public async Task Refresh_gives_new_tokens_of_the_same_session_and_the_old_access_token_lives_on()
    {
        var user = await api.SignUpAsync();

        var tokens = await TokensAsync(user.RefreshToken);
        var again = await TokensAsync(tokens.Refresh);

        new[] { user.RefreshToken, tokens.Refresh, again.Refresh }.Distinct().Count().ShouldBe(3);
        (await SessionAsync(user.AccessToken)).ShouldBe(await SessionAsync(again.Access));
    }

    [Fact]
    public async Task Reuse_of_an_old_refresh_token_ends_the_session_with_all_its_tokens_and_no_other_session()
    {
        var user = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        var tokens = await TokensAsync(user.RefreshToken);
        await SessionAsync(tokens.Access);

        await (await PostAsync(user.RefreshToken)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_reused");

        (await PostAsync(tokens.Refresh)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await MeAsync(tokens.Access)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        await (await MeAsync(user.AccessToken)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        (await api.ExecuteAsync(
            "UPDATE sessions SET user_agent = user_agent WHERE tenant_id = $1 AND revoked_reason = 'refresh_token_reuse'", user.TenantId)).ShouldBe(1);

        await SessionAsync(elsewhere.AccessToken);
        await TokensAsync(elsewhere.RefreshToken);
    }

    [Fact]
    public async Task Exactly_one_of_many_refreshes_of_one_token_at_once_wins()
    {
        var user = await api.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => PostAsync(user.RefreshToken)));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
        {
            await loser.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_reused");
        }

        // The losers may have been thieves: what the winner was given is worth nothing either.
        var won = await answers.Single(answer => answer.StatusCode == HttpStatusCode.OK).Content.ReadFromJsonAsync<JsonElement>();
        (await PostAsync(won.GetProperty("refreshToken").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await (await MeAsync(won.GetProperty("accessToken").GetString()!)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
    }

    [Fact]
    public async Task Unknown_garbled_and_foreign_tokens_are_refused_and_leave_the_session_alone()
    {
        var user = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        var bytes = Base64Url.DecodeFromChars(user.RefreshToken.AsSpan(4));
        var foreign = (byte[])[.. other.TenantId.ToByteArray(bigEndian: true), .. bytes[16..]];
        string[] tokens =
        [
            "", "prt_", "x", "prt_" + new string('A', 64), user.RefreshToken[4..], user.RefreshToken + "=", user.RefreshToken + "A", " " + user.RefreshToken,
            user.RefreshToken[..^1] + (user.RefreshToken[^1] == 'A' ? 'E' : 'A'), user.RefreshToken.ToUpperInvariant(), user.AccessToken,
            "prt_" + Base64Url.EncodeToString(foreign), "prt_" + Base64Url.EncodeToString([.. user.TenantId.ToByteArray(bigEndian: true), .. new byte[32]]),
            new string('x', 100_000), "prt_ключ", "' OR true --",
        ];

        foreach (var token in tokens)
        {
            await (await PostAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_invalid");
        }

        await TokensAsync(user.RefreshToken);
        await TokensAsync(other.RefreshToken);
    }

    [Theory]
    [InlineData("UPDATE refresh_tokens SET expires_at = now() - interval '1 second' WHERE tenant_id = $1")]
    [InlineData("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE tenant_id = $1")]
    [InlineData("UPDATE users SET state = 'disabled' WHERE tenant_id = $1")]
    [InlineData("UPDATE tenants SET state = 'suspended' WHERE id = $1")]
    public async Task Refresh_is_refused_when_token_session_user_or_tenant_is_no_longer_good(string change)
    {
        var user = await api.SignUpAsync();
        (await api.ExecuteAsync(change, user.TenantId)).ShouldBe(1);

        await (await PostAsync(user.RefreshToken)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_invalid");
    }

    [Fact]
    public async Task Refresh_gives_the_permissions_that_the_user_has_now()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET roles = '{event_viewer}' WHERE tenant_id = $1", user.TenantId);

        var tokens = await TokensAsync(user.RefreshToken);

        using var client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);
        await (await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ann" })).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "permission_missing");
    }

    [Fact]
    public async Task Only_hashes_of_refresh_tokens_are_stored()
    {
        var user = await api.SignUpAsync();
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(user.RefreshToken));

        (await api.ExecuteAsync("UPDATE refresh_tokens SET used_at = used_at WHERE token_hash = $1", hash)).ShouldBe(1);
        (await api.ExecuteAsync("UPDATE refresh_tokens SET used_at = used_at WHERE refresh_tokens::text LIKE '%' || $1 || '%'", user.RefreshToken[4..])).ShouldBe(0);
    }

    private Task<HttpResponseMessage> PostAsync(string refreshToken) => api.Client.PostAsJsonAsync(Refresh, new { refreshToken });

    private async Task<(string Access, string Refresh)> TokensAsync(string refreshToken)
    {
        using var answer = await PostAsync(refreshToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!);
    }

    private async Task<HttpResponseMessage> MeAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return await api.Client.SendAsync(request);
    }

    private async Task<Guid> SessionAsync(string accessToken)
    {
        using var answer = await MeAsync(accessToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetGuid();
    }
}
