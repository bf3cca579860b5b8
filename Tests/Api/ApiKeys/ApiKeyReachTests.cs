using System.Diagnostics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Api.Identity.SecondFactors;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.ApiKeys;

/// <summary>What ends a key at one instance ends it at another that has it in memory; and what that one writes of its use.</summary>
public sealed class ApiKeyReachTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("revoked")]
    [InlineData("tenant suspended")]
    public async Task A_key_is_refused_at_another_instance_within_a_second(string way)
    {
        await using var there = api.StartAnother();
        var admin = await api.SignUpAsync();
        var (id, key) = await admin.MakeKeyAsync(null, "contact:read");
        using var client = there.NewClient().With(key);
        (await client.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        var memory = there.Services.GetRequiredService<RevocationMemory>();
        await Eventually.BecomesTrueAsync("the memory is in step", TimeSpan.FromSeconds(30), () => Task.FromResult(memory.IsTrusted));

        await EndAsync(way, admin, id);
        var answered = Stopwatch.StartNew();

        var lastLetIn = TimeSpan.Zero;
        for (var status = HttpStatusCode.OK; status != HttpStatusCode.Unauthorized;)
        {
            var begun = answered.Elapsed;
            status = await client.StatusAsync();
            status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Unauthorized);
            lastLetIn = status == HttpStatusCode.OK ? begun : lastLetIn;
            lastLetIn.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        }

        TestContext.Current.SendDiagnosticMessage($"{way}: last let in after {lastLetIn.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task A_key_is_asked_for_once_and_remembered()
    {
        var admin = await api.SignUpAsync();
        var (_, key) = await admin.MakeKeyAsync(null, "contact:read");
        await using var there = api.StartAnother();
        using var client = there.NewClient().With(key);
        var memory = there.Services.GetRequiredService<RevocationMemory>();
        await Eventually.BecomesTrueAsync("the memory is in step", TimeSpan.FromSeconds(30), () => Task.FromResult(memory.IsTrusted));
        (await client.StatusAsync()).ShouldBe(HttpStatusCode.OK);

        // Behind the Api's back, so that nothing is announced: only who asks the database can know.
        await api.ExecuteAsync("UPDATE api_keys SET revoked_at = now() WHERE tenant_id = $1", admin.TenantId);

        await Eventually.BecomesTrueAsync(
            "a request passes without asking the database", TimeSpan.FromSeconds(10), async () => memory.IsTrusted && await client.StatusAsync() == HttpStatusCode.OK);
        await using var fresh = api.StartAnother();
        (await fresh.NewClient().With(key).StatusAsync()).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_in_memory_expires_on_time()
    {
        var admin = await api.SignUpAsync();
        var expires = DateTimeOffset.UtcNow.AddSeconds(3);
        var (_, key) = await admin.MakeKeyAsync(expires, "contact:read");
        using var client = api.NewClient().With(key);
        (await client.StatusAsync()).ShouldBe(HttpStatusCode.OK);

        await Eventually.BecomesTrueAsync(
            "the key is refused", TimeSpan.FromSeconds(10), async () => await client.StatusAsync() == HttpStatusCode.Unauthorized);

        DateTimeOffset.UtcNow.ShouldBeGreaterThanOrEqualTo(expires);
    }

    [Fact]
    public async Task Last_use_is_written_at_most_once_a_minute_by_all_instances_together()
    {
        await using var there = api.StartAnother();
        await using var elsewhere = api.StartAnother();
        var admin = await api.SignUpAsync();
        var (id, key) = await admin.MakeKeyAsync(null, "contact:read");
        await UseAsync(api.NewClient().With(key), 20);
        await Eventually.BecomesTrueAsync("the use is written", TimeSpan.FromSeconds(10), async () => await LastUsedAsync(id) is not null);
        var first = await LastUsedAsync(id);

        // Each instance's first use is a write that finds the minute not over. A second key's write, behind it, tells when it was tried.
        var (otherId, other) = await admin.MakeKeyAsync(null, "contact:read");
        await UseAsync(there.NewClient().With(key), 20);
        await UseAsync(there.NewClient().With(other), 1);
        await Eventually.BecomesTrueAsync("the other's use is written", TimeSpan.FromSeconds(10), async () => await LastUsedAsync(otherId) is not null);
        (await LastUsedAsync(id)).ShouldBe(first);

        await api.ExecuteAsync("UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1", id);
        await UseAsync(elsewhere.NewClient().With(key), 1);
        await Eventually.BecomesTrueAsync(
            "the use a minute later is written", TimeSpan.FromSeconds(10), async () => await LastUsedAsync(id) >= first);
    }

    private static async Task UseAsync(HttpClient client, int times)
    {
        for (var i = 0; i < times; i++)
        {
            (await client.StatusAsync()).ShouldBe(HttpStatusCode.OK);
        }
    }

    private async Task<DateTime?> LastUsedAsync(Guid id) =>
        await api.ScalarAsync<object>("SELECT last_used_at FROM api_keys WHERE id = $1", id) as DateTime?;

    private async Task EndAsync(string way, SignedIn admin, Guid id)
    {
        if (way == "revoked")
        {
            (await admin.Client.DeleteAsync($"{ApiKeySteps.Path}/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            return;
        }

        await using var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(admin.TenantId, CancellationToken.None);
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync();
        await database.Database.ExecuteSqlAsync($"UPDATE tenants SET state = 'suspended' WHERE id = {admin.TenantId}");
        await scope.ServiceProvider.GetRequiredService<SessionEnding>().EndAllOfTenantAsync(SessionEnding.TenantSuspended, CancellationToken.None);
        await transaction.CommitAsync();
    }
}
