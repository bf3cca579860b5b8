using Npgsql;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Data.Audit;

public sealed class AuditPartitionsTests(AuditDatabase database, TenantDatabase tenants) : IClassFixture<AuditDatabase>, IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task This_month_and_the_next_have_partitions_from_the_start()
    {
        var names = (string)(await database.ForgeAsync("""
            SELECT string_agg(inhrelid::regclass::text, ',' ORDER BY 1) FROM pg_inherits WHERE inhparent = 'audit_entries'::regclass
            AND inhrelid::regclass::text IN ('audit_entries_default', to_char(now() AT TIME ZONE 'UTC', '"audit_entries_"YYYY_MM'),
                to_char(now() AT TIME ZONE 'UTC' + interval '1 month', '"audit_entries_"YYYY_MM'))
            """))!;
        names.Split(',').Length.ShouldBe(3, names);
    }

    [Fact]
    public async Task Month_gets_its_partition_once_and_its_entries_out_of_the_default_one()
    {
        var (red, blue) = (await database.TenantAsync(entries: 3), await database.TenantAsync(entries: 1));
        foreach (var (tenant, seq, month) in new[] { (red, 3, "'2031-05-01T00:00:00Z'"), (blue, 1, "'2031-05-31T23:59:59.999999Z'"), (red, 2, "'2031-06-01T00:00:00Z'") })
        {
            await database.ForgeAsync($"WITH gone AS (DELETE FROM audit_entries WHERE tenant_id = '{tenant}' AND seq = {seq} RETURNING *) INSERT INTO audit_entries (tenant_id, seq, id, occurred_at, action, outcome, actor_kind, resource_type, previous_hash, hash) SELECT tenant_id, seq, id, {month}::timestamptz, action, outcome, actor_kind, resource_type, previous_hash, hash FROM gone");
        }

        await using var worker = await database.OpenAsync(ResourceNames.WorkerDatabase, red);
        (await AuditDatabase.ExecuteAsync(worker, "SELECT create_audit_partition('2031-05-17')")).ShouldBe(true);
        (await AuditDatabase.ExecuteAsync(worker, "SELECT create_audit_partition('2031-05-01')")).ShouldBe(false);

        (await AuditDatabase.ExecuteAsync(worker, "SELECT current_setting('app.tenant_id')")).ShouldBe(red.ToString());
        (await database.ForgeAsync("SELECT count(*) FROM audit_entries_2031_05")).ShouldBe(2L);
        (await database.ForgeAsync($"SELECT string_agg(seq::text, ',') FROM audit_entries_default WHERE tenant_id = '{red}'")).ShouldBe("2");
        (await database.ForgeAsync($"SELECT count(*) FROM audit_entries WHERE tenant_id = '{red}'")).ShouldBe(3L);
        await using var context = tenants.For(null);
        (await TenancyCatalog.FindViolationsAsync(context.Model, worker, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_happens_when_the_default_partition_holds_an_entry_of_nobody_known()
    {
        await database.ForgeAsync("INSERT INTO audit_entries (tenant_id, seq, id, occurred_at, action, outcome, actor_kind, resource_type, previous_hash, hash) VALUES (gen_random_uuid(), 1, gen_random_uuid(), '2032-05-01', 'a', 'succeeded', 'user', 't', sha256(''), sha256(''))");
        await using var worker = await database.OpenAsync(ResourceNames.WorkerDatabase);
        (await Should.ThrowAsync<PostgresException>(() => AuditDatabase.ExecuteAsync(worker, "SELECT create_audit_partition('2032-05-01')"))).SqlState
            .ShouldBe(PostgresErrorCodes.CheckViolation);
        (await database.ForgeAsync("SELECT to_regclass('audit_entries_2032_05') IS NULL")).ShouldBe(true);
        (await database.ForgeAsync("SELECT count(*) FROM audit_entries_default WHERE occurred_at = '2032-05-01'")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("ALTER TABLE audit_entries_default NO FORCE ROW LEVEL SECURITY", "audit_entries_default does not both enable and force row-level security")]
    [InlineData("CREATE POLICY wide ON audit_entries_default USING (true)", "audit_entries_default must have the one policy tenant_isolation and has [tenant_isolation, wide]")]
    public async Task Walk_names_the_partition_when_it_is_not_kept_apart(string change, string violation)
    {
        await using var context = tenants.For(null);
        await using var admin = await database.OpenAsync();
        await using var transaction = await admin.BeginTransactionAsync();
        await AuditDatabase.ExecuteAsync(admin, change);
        (await TenancyCatalog.FindViolationsAsync(context.Model, admin, CancellationToken.None)).ShouldBe([violation]);
    }
}
