using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Data.Audit;

public sealed class AuditAppendTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    [Fact]
    public async Task Chain_has_no_gap_and_verifies_when_64_append_to_it_at_once()
    {
        var tenant = await database.TenantAsync();
        var seqs = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => database.AppendAsync(tenant)));
        seqs.Order().ShouldBe(Enumerable.Range(1, 64).Select(seq => (long)seq));
        var found = await database.VerifyAsync(tenant);
        (found.Break, found.Entries, found.LastSeq, found.Complete).ShouldBe((null, 64, 64, true));
    }

    [Fact]
    public async Task Chain_has_no_gap_when_a_transaction_that_appended_is_rolled_back()
    {
        var tenant = await database.TenantAsync(entries: 1);
        await using (var connection = await database.OpenAsync(ResourceNames.ApiDatabase))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            (await AuditDatabase.AppendAsync(connection, tenant)).ShouldBe(2);
            await transaction.RollbackAsync();
        }

        (await database.AppendAsync(tenant)).ShouldBe(2);
        (await database.VerifyAsync(tenant)).Break.ShouldBeNull();
    }

    [Fact]
    public async Task Append_waits_for_its_own_tenants_transaction_and_for_no_others()
    {
        var (red, blue) = (await database.TenantAsync(entries: 1), await database.TenantAsync(entries: 1));
        await using var slow = await database.OpenAsync(ResourceNames.ApiDatabase);
        await using var transaction = await slow.BeginTransactionAsync();
        await AuditDatabase.AppendAsync(slow, red);

        (await database.AppendAsync(blue)).ShouldBe(2);

        await using var second = await database.OpenAsync(ResourceNames.ApiDatabase);
        await AuditDatabase.ExecuteAsync(second, "SET lock_timeout = '200ms'");
        (await Should.ThrowAsync<PostgresException>(() => AuditDatabase.AppendAsync(second, red))).SqlState.ShouldBe(PostgresErrorCodes.LockNotAvailable);
        await transaction.CommitAsync();
        (await AuditDatabase.AppendAsync(second, red)).ShouldBe(3);
    }

    [Fact]
    public async Task Append_is_refused_when_no_tenant_is_set_or_the_tenant_does_not_exist()
    {
        await using var connection = await database.OpenAsync(ResourceNames.ApiDatabase);
        const string append = "SELECT append_audit(gen_random_uuid(), 'a', 'succeeded', 'user', NULL, 't', NULL, NULL, NULL, NULL, NULL, NULL, NULL)";
        (await Should.ThrowAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(connection, append))).SqlState
            .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
        (await Should.ThrowAsync<PostgresException>(() => AuditDatabase.AppendAsync(connection, Guid.CreateVersion7()))).SqlState
            .ShouldBe(PostgresErrorCodes.ForeignKeyViolation);
    }

    [Fact]
    public async Task Chain_verifies_when_the_clock_is_set_back_and_the_month_has_no_partition()
    {
        var tenant = await database.TenantAsync(entries: 2);
        await using (var connection = await database.OpenAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await RewriteAppendAsync(connection, "moment := clock_timestamp()", "moment := clock_timestamp() - interval '90 days'");
            await AuditDatabase.AppendAsync(connection, tenant);
            await RewriteAppendAsync(connection, "moment := clock_timestamp() - interval '90 days'", "moment := clock_timestamp()");
            await AuditDatabase.AppendAsync(connection, tenant);
            await transaction.CommitAsync();
        }

        (await database.ForgeAsync($"SELECT count(*) FROM audit_entries_default WHERE tenant_id = '{tenant}'")).ShouldBe(1L);
        var found = await database.VerifyAsync(tenant);
        (found.Break, found.Entries).ShouldBe((null, 4));
    }

    private static Task RewriteAppendAsync(NpgsqlConnection connection, string from, string to) => AuditDatabase.ExecuteAsync(connection, $"""
        DO $do$ BEGIN
            EXECUTE (SELECT replace(pg_get_functiondef(oid), $from${from}$from$, $to${to}$to$) FROM pg_proc WHERE proname = 'append_audit');
        END $do$
        """);
}
