using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ProductionReady.Bench.Contestants;

namespace ProductionReady.Bench.Data;

/// <summary>A tenant that signed up through the Api, and its administrator.</summary>
internal sealed class SignedUpTenant
{
    private readonly Uri _api;
    private readonly string _slug;
    private readonly string _password = RandomNumberGenerator.GetHexString(24);

    private SignedUpTenant(Uri api, string slug) => (_api, _slug) = (api, slug);

    internal Guid Id { get; private set; }

    private object Credentials => new { tenant = _slug, email = Email, password = _password };

    private string Email => $"admin@{_slug}.example.com";

    internal static async Task<SignedUpTenant> CreateAsync(Contestant api, string slug, CancellationToken cancellation)
    {
        var tenant = new SignedUpTenant(api.Address, slug);
        using var client = new HttpClient { BaseAddress = api.Address };
        var admin = new { email = tenant.Email, displayName = "Bench Admin", password = tenant._password };
        var answer = await SendAsync(client, "/api/v1/tenants", new { name = slug, slug, admin }, cancellation);
        tenant.Id = answer.GetProperty("tenant").GetProperty("id").GetGuid();
        return tenant;
    }

    /// <summary>Signs in anew; the access token lives 15 minutes.</summary>
    internal async Task<string> SignInAsync(CancellationToken cancellation) => (await SignInForBothAsync(cancellation)).Access;

    /// <summary>Signs in anew, for both tokens.</summary>
    internal async Task<(string Access, string Refresh)> SignInForBothAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = _api };
        var answer = await SendAsync(client, "/api/v1/auth/login", Credentials, cancellation);
        return (answer.GetProperty("accessToken").GetString()!, answer.GetProperty("refreshToken").GetString()!);
    }

    /// <summary>Writes the body of a sign-in to a file.</summary>
    internal async Task<string> WriteCredentialsAsync(string file, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(Credentials), cancellation);
        return file;
    }

    /// <summary>Signs in several times and writes the refresh tokens to a file, one a line.</summary>
    internal async Task<string> WriteRefreshTokensAsync(string file, int sessions, CancellationToken cancellation)
    {
        var tokens = new List<string>();
        for (var session = 0; session < sessions; session++)
        {
            tokens.Add((await SignInForBothAsync(cancellation)).Refresh);
        }

        await File.WriteAllLinesAsync(file, tokens, cancellation);
        return file;
    }

    /// <summary>Signs in several times and writes the access tokens to a file, one a line.</summary>
    internal async Task<string> WriteTokensAsync(string file, int sessions, CancellationToken cancellation)
    {
        var tokens = new List<string>();
        for (var session = 0; session < sessions; session++)
        {
            tokens.Add(await SignInAsync(cancellation));
        }

        await File.WriteAllLinesAsync(file, tokens, cancellation);
        return file;
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, object body, CancellationToken cancellation)
    {
        using var response = await client.PostAsJsonAsync(path, body, cancellation);
        return response.IsSuccessStatusCode
            ? await response.Content.ReadFromJsonAsync<JsonElement>(cancellation)
            : throw new BenchException(
                $"POST {path} gave {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
    }
}
