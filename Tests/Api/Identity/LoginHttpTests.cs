using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class LoginHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Login = "/api/v1/auth/login";

    [Fact]
    public async Task Login_answers_with_tokens_and_with_what_their_use_needs_and_no_cache_may_keep_them()
    {
        var user = await api.SignUpAsync();

        using var answer = await LogInAsync(user.Slug, user.Email, user.Password);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
        tokens.EnumerateObject().Select(member => member.Name).ShouldBe(["accessToken", "tokenType", "expiresIn", "refreshToken"], ignoreOrder: true);
        tokens.GetProperty("tokenType").GetString().ShouldBe("Bearer");
        tokens.GetProperty("expiresIn").GetInt64().ShouldBe(15 * 60);
        tokens.GetProperty("refreshToken").GetString().ShouldStartWith("prt_");
    }

    [Fact]
    public async Task Login_takes_the_email_address_and_the_tenant_in_any_case()
    {
        var user = await api.SignUpAsync();

        using var answer = await LogInAsync(user.Slug.ToUpperInvariant(), user.Email.ToUpperInvariant(), user.Password);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Login_answers_the_same_whatever_does_not_fit()
    {
        var user = await api.SignUpAsync();
        var disabled = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET state = 'disabled' WHERE tenant_id = $1", disabled.TenantId);
        var suspended = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE tenants SET state = 'suspended' WHERE id = $1", suspended.TenantId);
        (string Tenant, string Email, string Password)[] attempts =
        [
            ("nobody-has-this", user.Email, user.Password),
            (user.Slug, "nobody@acme.example", user.Password),
            (user.Slug, user.Email, user.Password + "!"),
            (user.Slug, user.Email, ""),
            ("", "", ""),
            (disabled.Slug, user.Email, user.Password),
            (disabled.Slug, disabled.Email, disabled.Password),
            (suspended.Slug, suspended.Email, suspended.Password),
            (user.Slug, "%", user.Password),
            ("' OR true --", "' OR true --", "' OR true --"),
            (user.Slug, user.Email, new string('x', 100_000)),
        ];

        var answers = new List<string>();
        foreach (var (tenant, email, password) in attempts)
        {
            using var answer = await LogInAsync(tenant, email, password);
            var problem = await answer.ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "credentials_invalid");
            answers.Add(string.Join('\n', problem.EnumerateObject().Where(member => member.Name != "traceId").Select(member => member.ToString()))
                + string.Join('\n', answer.Headers.Where(header => header.Key.ToUpperInvariant() is not ("DATE" or "X-REQUEST-ID")).Select(header => $"{header.Key}: {string.Join(',', header.Value)}")));
        }

        answers.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Login_keeps_users_of_the_same_address_in_two_tenants_apart()
    {
        var one = await api.SignUpAsync();
        var other = await api.SignUpAsync();
        await api.ExecuteAsync("UPDATE users SET email = $1 WHERE tenant_id = $2", one.Email, other.TenantId);

        var signedIn = await SignedIn.InAsync(api.NewClient, other.Slug, one.Email, other.Password);

        signedIn.TenantId.ShouldBe(other.TenantId);
    }

    private Task<HttpResponseMessage> LogInAsync(string tenant, string email, string password) =>
        api.Client.PostAsJsonAsync(Login, new { tenant, email, password });
}
