using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class SessionEndingTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task A_raised_access_version_makes_tokens_stale_and_a_refresh_makes_them_good()
    {
        var user = await api.SignUpAsync();

        await InScopeAsync(user, async (database, ending) =>
        {
            await using var transaction = await database.Database.BeginTransactionAsync();
            var id = await database.Users.Select(row => row.Id).SingleAsync();
            await database.Users.ExecuteUpdateAsync(row => row.SetProperty(changed => changed.AccessVersion, 2));
            await ending.RefuseAsync(id, belowVersion: 2, CancellationToken.None);
            await transaction.CommitAsync();
        });

        await (await user.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_stale");
        using var refreshed = await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = user.RefreshToken });
        var tokens = await refreshed.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        user.Client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.GetProperty("accessToken").GetString());
        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_rolled_back_ends_nothing_here_or_elsewhere()
    {
        var user = await api.SignUpAsync();
        var before = await CountAsync("revocations");

        await InScopeAsync(user, async (database, ending) =>
        {
            await using (var transaction = await database.Database.BeginTransactionAsync())
            {
                (await ending.EndAllOfTenantAsync(SessionEnding.TenantSuspended, CancellationToken.None)).ShouldBe(1);
                await transaction.RollbackAsync();
            }

            // A transaction after it does not make it true.
            await using var next = await database.Database.BeginTransactionAsync();
            await database.Users.CountAsync();
            await next.CommitAsync();
        });

        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CountAsync("revocations")).ShouldBe(before);
    }

    [Fact]
    public async Task All_sessions_of_a_user_but_one_end_and_old_ones_need_no_announcement()
    {
        var user = await api.SignUpAsync();
        var others = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password)));
        var kept = (await user.Client.GetFromJsonAsync<System.Text.Json.JsonElement>(Me)).GetProperty("sessionId").GetGuid();
        await api.ExecuteAsync(
            "UPDATE sessions SET last_used_at = now() - interval '2 hours' WHERE id = (SELECT min(id::text)::uuid FROM sessions WHERE tenant_id = $1 AND id <> $2)",
            user.TenantId, kept);
        var before = await CountAsync("revocations");

        await InScopeAsync(user, async (database, ending) =>
        {
            var id = await database.Users.Select(row => row.Id).SingleAsync();
            (await ending.EndAllOfUserAsync(id, SessionEnding.PasswordChanged, kept, CancellationToken.None)).ShouldBe(3);
        });

        (await user.Client.GetAsync(Me)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CountAsync("revocations")).ShouldBe(before + 2);
        foreach (var other in others)
        {
            using var refreshed = await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = other.RefreshToken });
            refreshed.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task A_large_tenant_ends_in_one_transaction()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync(
            """
            INSERT INTO sessions (id, tenant_id, user_id, created_at, last_used_at, expires_at)
            SELECT gen_random_uuid(), tenant_id, user_id, now(), now(), expires_at FROM sessions, generate_series(1, 12000) WHERE tenant_id = $1
            """,
            user.TenantId);

        await InScopeAsync(user, async (_, ending) =>
            (await ending.EndAllOfTenantAsync(SessionEnding.TenantSuspended, CancellationToken.None)).ShouldBe(12_001));

        (await api.ExecuteAsync(
            "UPDATE revocations SET until = until WHERE inserted = (SELECT inserted FROM revocations WHERE subject = $1)", user.TenantId)).ShouldBe(12_002);
        await (await user.Client.GetAsync(Me)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_revoked");
    }

    [Fact]
    public async Task Ends_are_audited_with_their_reason_and_a_repeat_is_not()
    {
        var user = await api.SignUpAsync();
        (await user.Client.PostAsync("/api/v1/auth/logout", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var again = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        (await again.Client.PostAsync("/api/v1/auth/logout-everywhere", content: null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var reused = await SignedIn.InAsync(api.NewClient, user.Slug, user.Email, user.Password);
        using (var refreshed = await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = reused.RefreshToken }))
        {
            refreshed.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await api.ExecuteAsync("UPDATE refresh_tokens SET used_at = used_at - interval '31 seconds' WHERE tenant_id = $1", user.TenantId);
        for (var i = 0; i < 2; i++)
        {
            await (await api.Client.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken = reused.RefreshToken }))
                .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "refresh_token_reused");
        }

        (await AuditedAsync(user)).ShouldBe([
            "session.started session succeeded ",
            "session.ended session succeeded logout",
            "session.started session succeeded ",
            "session.ended user succeeded logout_everywhere",
            "session.started session succeeded ",
            "session.refresh_replayed session refused ",
        ]);
    }

    private async Task InScopeAsync(SignedIn user, Func<AppDbContext, SessionEnding, Task> work)
    {
        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(user.TenantId, CancellationToken.None);
        await work(scope.ServiceProvider.GetRequiredService<AppDbContext>(), scope.ServiceProvider.GetRequiredService<SessionEnding>());
    }

    private async Task<long> CountAsync(string table)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {table}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task<List<string>> AuditedAsync(SignedIn user)
    {
        await using var connection = new NpgsqlConnection(api.AdminConnectionString);
        await connection.OpenAsync();
        await using var entries = new NpgsqlCommand(
            """
            SELECT concat_ws(' ', action, resource_type, outcome, coalesce(after->>'reason', '')) FROM audit_entries
            WHERE tenant_id = $1 AND action LIKE 'session.%' ORDER BY seq
            """,
            connection)
        {
            Parameters = { new() { Value = user.TenantId } },
        };
        await using var row = await entries.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await row.ReadAsync())
        {
            texts.Add(row.GetString(0));
        }

        return texts;
    }
}
