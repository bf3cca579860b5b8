using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class SessionsHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Sessions = "/api/v1/auth/sessions";
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task List_shows_where_the_caller_is_signed_in_and_which_session_asks()
    {
        var user = await api.SignUpAsync();
        using var phone = api.NewClient();
        phone.DefaultRequestHeaders.UserAgent.ParseAdd("Phone/1.0");
        using (var logIn = await phone.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password }))
        {
            logIn.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var items = (await user.Client.GetFromJsonAsync<JsonElement>(Sessions)).GetProperty("items").EnumerateArray().ToList();

        items.Count.ShouldBe(2);
        items.Select(item => item.GetProperty("current").GetBoolean()).ShouldBe([false, true], "The newest comes first.");
        items[0].GetProperty("userAgent").GetString().ShouldBe("Phone/1.0");
        items[0].GetProperty("address").GetString().ShouldNotBeNullOrEmpty();
        items[0].GetProperty("method").GetString().ShouldBe("password");
        (items[0].GetProperty("expiresAt").GetDateTimeOffset() - items[0].GetProperty("createdAt").GetDateTimeOffset()).ShouldBe(TimeSpan.FromDays(30));
        items[1].GetProperty("id").GetGuid().ShouldBe(SessionId(user));
    }

    [Fact]
    public async Task List_pages_and_leaves_out_what_has_ended()
    {
        var user = await api.SignUpAsync();
        var others = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password)));
        (await others[0].Client.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await api.ExecuteAsync("UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = $1", SessionId(others[1]));

        var first = await user.Client.GetFromJsonAsync<JsonElement>($"{Sessions}?limit=2");
        var second = await user.Client.GetFromJsonAsync<JsonElement>($"{Sessions}?limit=2&cursor={first.GetProperty("nextCursor").GetString()}");

        Guid[] listed = [.. Ids(first), .. Ids(second)];
        listed.Distinct().Count().ShouldBe(3);
        listed.ShouldBe([SessionId(user), SessionId(others[2]), SessionId(others[3])], ignoreOrder: true);
        second.GetProperty("nextCursor").ValueKind.ShouldBe(JsonValueKind.Null);
        await (await user.Client.GetAsync($"{Sessions}?limit=0")).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, null);
        await (await others[2].Client.GetAsync($"{Sessions}?cursor=AAAA")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "cursor_invalid");
    }

    [Fact]
    public async Task A_session_of_the_list_is_ended_with_both_tokens_and_the_others_stay()
    {
        var user = await api.SignUpAsync();
        var lost = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);

        (await user.Client.DeleteAsync($"{Sessions}/{SessionId(lost)}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await lost.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
        await (await RefreshAsync(lost)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_invalid");
        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await RefreshAsync(user)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_of_another_user_or_of_nobody_is_not_found_and_stays()
    {
        var user = await api.SignUpAsync();
        var stranger = await api.SignUpAsync();
        var colleague = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        await api.ExecuteAsync(
            """
            WITH colleague AS (
                INSERT INTO users (id, tenant_id, email, display_name, roles, state, created_at, updated_at)
                SELECT gen_random_uuid(), tenant_id, 'other@acme.example', display_name, roles, state, now(), now() FROM users WHERE tenant_id = $1
                RETURNING id)
            UPDATE sessions SET user_id = colleague.id FROM colleague WHERE sessions.id = $2
            """,
            user.TenantId,
            SessionId(colleague));

        foreach (var id in (string[])[$"{SessionId(stranger)}", $"{SessionId(colleague)}", $"{Guid.CreateVersion7()}", "x"])
        {
            await (await user.Client.DeleteAsync($"{Sessions}/{id}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "session_not_found");
        }

        (await stranger.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await RefreshAsync(colleague)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Logout_everywhere_ends_all_sessions_of_the_user_and_nobody_elses()
    {
        var user = await api.SignUpAsync();
        var phone = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        var stranger = await api.SignUpAsync();

        (await user.Client.PostAsync("/api/v1/auth/logout-everywhere", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        foreach (var ended in (SignedIn[])[user, phone])
        {
            await (await ended.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
            (await RefreshAsync(ended)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        (await stranger.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password)).Client.GetStringAsync(Me);
    }

    private Task<HttpResponseMessage> RefreshAsync(SignedIn user) =>
        api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = user.RefreshToken });

    private static Guid SessionId(SignedIn user) =>
        JsonDocument.Parse(Base64Url.DecodeFromChars(user.AccessToken.Split('.')[1])).RootElement.GetProperty("sid").GetGuid();

    private static IEnumerable<Guid> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid());
}
