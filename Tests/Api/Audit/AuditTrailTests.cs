using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Idempotency;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Contacts;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditTrailTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly AuditEvent Entry = new("thing.done", AuditOutcome.Succeeded, "thing", "1");

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Entry_shares_the_fate_of_the_contexts_transaction(bool commit, int expected)
    {
        var user = await api.SignUpAsync();
        await using var scope = await ScopeAsync(user.TenantId);
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            await scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(Entry, CancellationToken.None);
            await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
        }

        (await user.AuditAsync("action=thing.done")).Count.ShouldBe(expected);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task Entry_shares_the_fate_of_the_idempotency_keys_transaction(bool commit, int expected)
    {
        var user = await api.SignUpAsync();
        await using var scope = await ScopeAsync(user.TenantId);
        var request = new KeyedRequest(user.TenantId, Guid.CreateVersion7(), $"{Guid.NewGuid()}", new byte[32]);
        var state = await scope.ServiceProvider.GetRequiredService<KeyedTransactions>().BeginAsync(request, CancellationToken.None);
        await using (var keyed = state.ShouldBeOfType<KeyState.Claimed>().Transaction)
        {
            var context = new DefaultHttpContext();
            context.Features.Set(keyed);
            scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
            await scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(Entry, CancellationToken.None);
            if (commit)
            {
                await keyed.CommitAsync(new StoredAnswer(200, null, null, null, []));
            }
        }

        (await user.AuditAsync("action=thing.done")).Count.ShouldBe(expected);
    }

    [Fact]
    public async Task Changes_and_entry_are_saved_together_or_not_at_all()
    {
        var user = await api.SignUpAsync();
        await SaveAsync("Ann", Entry);
        await Should.ThrowAsync<DbUpdateException>(() => SaveAsync("Bob", Entry));
        await Should.ThrowAsync<Npgsql.PostgresException>(() => SaveAsync("Cid", Entry with { Action = new string('x', 65) }, email: "c@x.example"));

        (await user.AuditAsync("action=thing.done")).Count.ShouldBe(1);
        (await api.ExecuteAsync("UPDATE contacts SET name = name WHERE tenant_id = $1", user.TenantId)).ShouldBe(1);

        async Task SaveAsync(string name, AuditEvent entry, string email = "a@x.example")
        {
            await using var scope = await ScopeAsync(user.TenantId);
            scope.ServiceProvider.GetRequiredService<AppDbContext>().Contacts
                .Add(new Contact { Name = name, Email = email, CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch });
            await scope.ServiceProvider.GetRequiredService<AuditTrail>().SaveAsync(entry, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Entry_without_a_tenant_is_refused()
    {
        await using var scope = api.Services.CreateAsyncScope();
        await Should.ThrowAsync<InvalidOperationException>(() => scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(Entry, CancellationToken.None));
    }

    private async Task<AsyncServiceScope> ScopeAsync(Guid tenant)
    {
        var scope = api.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenant, CancellationToken.None);
        return scope;
    }
}
