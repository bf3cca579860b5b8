using System.Net;
using System.Text;
using System.Text.Json;
using Npgsql;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Idempotency;

/// <summary>Sends requests with keys, and looks behind the Api.</summary>
internal static class KeyedRequests
{
    public const string ContactsPath = "/api/v1/contacts";

    public static Task<Answer> PostAsync(this HttpClient client, string? key, string body) =>
        client.SendAsync(HttpMethod.Post, ContactsPath, key, body);

    public static async Task<Answer> SendAsync(
        this HttpClient client, HttpMethod method, string path, string? key, string body, string contentType = "application/json", string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        using var response = await client.SendAsync(request);
        return new Answer(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(),
            response.Content.Headers.ContentType?.ToString(),
            response.Headers.TryGetValues("Idempotency-Replayed", out var replayed) ? replayed.Single() : null,
            response.Headers.RetryAfter?.Delta);
    }

    public static async Task<int> CountContactsAsync(this SignedIn user)
    {
        using var list = JsonDocument.Parse(await user.Client.GetStringAsync($"{ContactsPath}?limit=100"));
        return list.RootElement.GetProperty("items").GetArrayLength();
    }

    /// <summary>Runs SQL as the superuser, whom row-level security does not bind.</summary>
    public static async Task<T> SqlAsync<T>(this ApiFixture api, string sql)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default!;
    }

    public static Task SqlAsync(this ApiFixture api, string sql) => api.SqlAsync<object>(sql);

    /// <summary>An answer, read to its end.</summary>
    internal sealed record Answer(
        HttpStatusCode Status, string Body, string? ETag, string? Location, string? ContentType, string? Replayed, TimeSpan? RetryAfter)
    {
        public string? Code => JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString();

        public void ShouldBeProblem(HttpStatusCode status, string code)
        {
            Status.ShouldBe(status, Body);
            ContentType.ShouldBe("application/problem+json");
            Code.ShouldBe(code);
            Replayed.ShouldBeNull();
        }
    }
}
