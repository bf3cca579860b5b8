using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Users;

/// <summary>A user of a tenant with a session, made in the database: nobody waits for a password to be hashed.</summary>
/// <param name="Client">Sends the session's access token.</param>
/// <param name="UserId">Of the user.</param>
/// <param name="SessionId">Of the session.</param>
/// <param name="Path">Of the user, for those who manage users.</param>
internal sealed record Member(HttpClient Client, Guid UserId, Guid SessionId, string Path);

internal static class Members
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Adds one, with a token that the Api itself issues.</summary>
    public static async Task<Member> AddMemberAsync(
        this ApiFixture api, Guid tenantId, IReadOnlyList<string> roles, bool restricted = false, UserState state = UserState.Active)
    {
        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenantId, CancellationToken.None);
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var now = DateTimeOffset.UtcNow;
        var id = Guid.CreateVersion7();
        var user = new User
        {
            Id = id,
            TenantId = tenantId,
            Email = $"{id:n}@members.example",
            DisplayName = "Member",
            Roles = [.. roles],
            State = state,
            CreatedAt = now,
            UpdatedAt = now,
        };
        var session = new Session
        {
            TenantId = tenantId,
            UserId = id,
            CreatedAt = now,
            LastUsedAt = now,
            ExpiresAt = now + Day,
            Restricted = restricted,
        };
        database.AddRange(user, session);
        await database.SaveChangesAsync();
        var tokens = await scope.ServiceProvider.GetRequiredService<SessionTokens>().ResponseAsync(
            new SessionSubject(session.Id, tenantId, id, user.Roles, user.AccessVersion, restricted),
            SecretToken.Create(SecretToken.Refresh, tenantId),
            CancellationToken.None);
        var client = api.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        return new Member(client, id, session.Id, $"/api/v1/users/{id}");
    }

    /// <summary>The id of the user behind a client.</summary>
    public static async Task<Guid> MyIdAsync(this HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("user").GetProperty("id").GetGuid();

    /// <summary>Makes a role.</summary>
    public static async Task AddRoleAsync(this HttpClient client, string name, params string[] permissions)
    {
        using var made = await client.PostAsJsonAsync("/api/v1/roles", new { name, description = "For a test", permissions });
        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
    }
}
