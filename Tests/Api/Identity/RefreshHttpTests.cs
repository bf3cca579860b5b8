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
    public async Task A_lost_answer_is_given_again_for_half_a_minute_from_any_instance_whatever_its_clock()
    {
        await using var other = api.StartAnother(new ShiftedTime { Shift = TimeSpan.FromSeconds(-25) });
        var user = await api.SignUpAsync();
        var first = await TokensAsync(user.RefreshToken);

        using var client = other.NewClient();
        using var answer = await client.PostAsJsonAsync(Refresh, new { refreshToken = user.RefreshToken });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var again = await answer.Content.ReadFromJsonAsync<JsonElement>();
        again.GetProperty("refreshToken").GetString().ShouldBe(first.Refresh);
        (await SessionAsync(again.GetProperty("accessToken").GetString()!)).ShouldBe(await SessionAsync(first.Access));
        await TokensAsync(first.Refresh);
    }

    [Fact]
    public async Task A_repeat_gives_the_newest_token_when_its_successor_was_used_too()
    {
        var user = await api.SignUpAsync();
        var first = await TokensAsync(user.RefreshToken);
        var second = await TokensAsync(first.Refresh);

        (await TokensAsync(user.RefreshToken)).Refresh.ShouldBe(second.Refresh);
        (await TokensAsync(first.Refresh)).Refresh.ShouldBe(second.Refresh);
        (await LivingTokensAsync(user)).ShouldBe(1, "There is one chain.");
    }

    [Fact]
    public async Task A_repeat_gives_the_newest_token_however_far_the_others_have_gone_on()
    {
        var user = await api.SignUpAsync();
        var newest = user.RefreshToken;
        for (var i = 0; i < 40; i++)
        {
            newest = (await TokensAsync(newest)).Refresh;
        }

        (await TokensAsync(user.RefreshToken)).Refresh.ShouldBe(newest);
        (await LivingTokensAsync(user)).ShouldBe(1, "There is one chain.");
    }

    [Fact]
    public async Task Reuse_after_half_a_minute_ends_the_session_with_all_its_tokens_and_no_other_session()
    {
        var user = await api.SignUpAsync();
        var elsewhere = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        var tokens = await TokensAsync(user.RefreshToken);
        await SessionAsync(tokens.Access);
        await LaterAsync(user, TimeSpan.FromSeconds(29));
        (await TokensAsync(user.RefreshToken)).Refresh.ShouldBe(tokens.Refresh);
        await LaterAsync(user, TimeSpan.FromSeconds(1));

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
    public async Task Without_grace_the_second_use_ends_the_session_at_once()
    {
        await using var strict = api.StartAnother(("Identity:RefreshGrace", "00:00:00"));
        var user = await api.SignUpAsync();
        using var client = strict.NewClient();
        using (var used = await client.PostAsJsonAsync(Refresh, new { refreshToken = user.RefreshToken }))
        {
            used.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await (await client.PostAsJsonAsync(Refresh, new { refreshToken = user.RefreshToken }))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_reused");
    }

    [Fact]
    public async Task Sixty_four_refreshes_of_one_token_at_once_give_one_family_and_no_lost_session()
    {
        await using var other = api.StartAnother();
        using var there = other.NewClient();
        var user = await api.SignUpAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i =>
            (i % 2 == 0 ? api.Client : there).PostAsJsonAsync(Refresh, new { refreshToken = user.RefreshToken })));

        var given = new HashSet<string>();
        foreach (var answer in answers)
        {
            using (answer)
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
                var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
                given.Add(tokens.GetProperty("refreshToken").GetString()!);
                (await SessionAsync(tokens.GetProperty("accessToken").GetString()!)).ShouldBe(await SessionAsync(user.AccessToken));
            }
        }

        (await LivingTokensAsync(user)).ShouldBe(1);
        await TokensAsync(given.ShouldHaveSingleItem());
    }

    [Fact]
    public async Task Those_who_hurry_on_along_the_chain_while_others_repeat_all_stay_signed_in()
    {
        var user = await api.SignUpAsync();

        var ends = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            var token = user.RefreshToken;
            for (var i = 0; i < 5; i++)
            {
                token = (await TokensAsync(token)).Refresh;
            }

            return token;
        }));

        (await LivingTokensAsync(user)).ShouldBe(1);
        foreach (var end in ends)
        {
            await TokensAsync(end);
        }
    }

    [Fact]
    public async Task No_token_outlives_a_logout_that_comes_at_the_same_time()
    {
        for (var i = 0; i < 8; i++)
        {
            var user = await api.SignUpAsync();
            var refreshes = Enumerable.Range(0, 4).Select(_ => PostAsync(user.RefreshToken)).ToList();
            using (var left = await user.Client.PostAsync("/api/v1/auth/logout", content: null))
            {
                left.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            }

            foreach (var answer in await Task.WhenAll(refreshes))
            {
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
                    (await MeAsync(tokens.GetProperty("accessToken").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
                    (await PostAsync(tokens.GetProperty("refreshToken").GetString()!)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
                }

                answer.Dispose();
            }
        }
    }

    [Fact]
    public async Task A_refresh_token_does_not_outlive_its_session()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE sessions SET expires_at = now() + interval '1 hour' WHERE tenant_id = $1", user.TenantId);

        await TokensAsync(user.RefreshToken);

        (await api.ExecuteAsync(
            """
            UPDATE refresh_tokens AS token SET used_at = token.used_at FROM sessions AS session
            WHERE token.tenant_id = $1 AND session.id = token.session_id AND token.used_at IS NULL AND token.expires_at = session.expires_at
            """,
            user.TenantId)).ShouldBe(1);
    }

    [Fact]
    public async Task A_repeat_gives_the_same_answer_after_the_key_encryption_key_was_changed()
    {
        const string former = "a key that only the tests of this class ever use";
        var user = await api.SignUpAsync();
        var first = await TokensAsync(user.RefreshToken);
        await using var changed = api.StartAnother(
            ("Identity:KeyEncryptionKey", "another key, which came after the first one"), ("Identity:PreviousKeyEncryptionKeys:0", former));

        using var client = changed.NewClient();
        using var answer = await client.PostAsJsonAsync(Refresh, new { refreshToken = user.RefreshToken });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("refreshToken").GetString().ShouldBe(first.Refresh);
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

    /// <summary>As if the tenant's tokens had been used that much earlier.</summary>
    private Task LaterAsync(SignedIn user, TimeSpan passed) =>
        api.ExecuteAsync("UPDATE refresh_tokens SET used_at = used_at - $2 WHERE tenant_id = $1", user.TenantId, passed);

    private Task<int> LivingTokensAsync(SignedIn user) =>
        api.ExecuteAsync("UPDATE refresh_tokens SET used_at = NULL WHERE tenant_id = $1 AND used_at IS NULL", user.TenantId);

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
