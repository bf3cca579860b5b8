using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity.SecondFactors;

/// <summary>A user's authenticator app.</summary>
internal sealed class Authenticator(string secret)
{
    public const string Path = "/api/v1/auth/me/second-factor";

    private readonly byte[] _secret = Base32.TryDecode(secret, out var bytes) ? bytes : throw new FormatException(secret);

    /// <summary>The secret as it was shown.</summary>
    public string Secret => secret;

    /// <summary>What the app shows at this moment, or so many steps from now.</summary>
    public string Code(int offset = 0) => Totp.CodeAt(_secret, Totp.StepAt(DateTimeOffset.UtcNow) + offset);

    /// <summary>Six digits that are no code of these minutes.</summary>
    public string WrongCode()
    {
        var right = Enumerable.Range(-5, 11).Select(Code).ToHashSet();
        return Enumerable.Range(0, 100).Select(i => i.ToString("d6")).First(code => !right.Contains(code));
    }

    /// <summary>Asks to enrol one.</summary>
    public static Task<HttpResponseMessage> TryBeginAsync(HttpClient client, string? currentPassword) =>
        client.PostAsJsonAsync(Path, new { currentPassword });

    /// <summary>Begins to enrol one.</summary>
    public static async Task<Authenticator> BeginAsync(HttpClient client, string? currentPassword)
    {
        using var answer = await TryBeginAsync(client, currentPassword);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return new Authenticator((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("secret").GetString()!);
    }

    /// <summary>Enrols and confirms one, and forgets that a code was used for it.</summary>
    public static async Task<(Authenticator App, string[] RecoveryCodes)> EnrolAsync(ApiFixture api, SignedIn user)
    {
        var app = await BeginAsync(user.Client, user.Password);
        var codes = await ConfirmAsync(user.Client, app);
        await ForgetUsedCodesAsync(api, user);
        return (app, codes);
    }

    /// <summary>Confirms with the code of this moment; gives the recovery codes.</summary>
    public static async Task<string[]> ConfirmAsync(HttpClient client, Authenticator app)
    {
        using var answer = await client.PostAsJsonAsync($"{Path}/confirm", new { code = app.Code() });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!)];
    }

    /// <summary>As if the next half minute had come: tests do not wait for it.</summary>
    public static Task ForgetUsedCodesAsync(ApiFixture api, SignedIn user) =>
        api.ExecuteAsync("UPDATE second_factors SET last_step = 0 WHERE tenant_id = $1", user.TenantId);
}

/// <summary>What tests of sign-ins do again and again.</summary>
internal static class SignInSteps
{
    public static Task<HttpResponseMessage> LogInAsync(this HttpClient client, SignedIn user) =>
        client.PostAsJsonAsync("/api/v1/auth/login", new { tenant = user.Slug, email = user.Email, password = user.Password });

    /// <summary>The challenge of a sign-in whose password is right.</summary>
    public static async Task<string> ChallengeAsync(this HttpClient client, SignedIn user)
    {
        var problem = await (await client.LogInAsync(user)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "second_factor_required");
        return problem.GetProperty("challenge").GetString()!;
    }

    public static Task<HttpResponseMessage> CompleteAsync(this HttpClient client, string challenge, string code) =>
        client.PostAsJsonAsync("/api/v1/auth/second-factor", new { challenge, code });

    /// <summary>The tokens of an answer, and a client that sends the access token.</summary>
    public static async Task<(HttpClient Client, string RefreshToken)> TokensAsync(this HttpResponseMessage answer, ApiFixture api)
    {
        using (answer)
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
            var tokens = await answer.Content.ReadFromJsonAsync<JsonElement>();
            var client = api.NewClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
            return (client, tokens.GetProperty("refreshToken").GetString()!);
        }
    }

    public static Task<HttpResponseMessage> RefreshAsync(this HttpClient client, string refreshToken) =>
        client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken });

    public static async Task<string[]> PermissionsAsync(this HttpClient client)
    {
        var me = await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        return [.. me.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()!)];
    }

    public static async Task<HttpResponseMessage> RemoveFactorAsync(this HttpClient client, string? code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, Authenticator.Path);
        if (code is not null)
        {
            request.Headers.Add("Second-Factor-Code", code);
        }

        return await client.SendAsync(request);
    }

    /// <summary>A further user of the tenant, with the same password, signed in.</summary>
    public static async Task<SignedIn> AddUserAsync(this ApiFixture api, SignedIn admin, params string[] roles)
    {
        var email = $"user-{Guid.NewGuid():n}@{admin.Slug}.example";
        await api.ExecuteAsync(
            """
            INSERT INTO users (id, tenant_id, email, display_name, password_hash, roles, access_version, state, created_at, updated_at)
            SELECT gen_random_uuid(), tenant_id, $2, 'Another', password_hash, $3, 1, 'active', now(), now() FROM users WHERE tenant_id = $1 LIMIT 1
            """,
            admin.TenantId, email, roles);
        return await SignedIn.InAsync(api.NewClient, admin.Slug, email, admin.Password);
    }

    /// <summary>One value, read as the superuser, for whom no row is hidden.</summary>
    public static async Task<T> ScalarAsync<T>(this ApiFixture api, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return (T)(await command.ExecuteScalarAsync())!;
    }
}
