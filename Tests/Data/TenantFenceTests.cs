using Npgsql;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Isolation;

namespace ProductionReady.Tests.Data;

/// <summary>What the database refuses while a tenant is moving away or lives elsewhere.</summary>
public sealed class TenantFenceTests(TenantDatabase database) : IClassFixture<TenantDatabase>
{
    [Fact]
    public async Task Every_table_of_tenants_rows_is_behind_the_fence_when_the_model_is_walked()
    {
        await using var admin = await FencedAsync(database.Red);
        foreach (var table in ForeignRows.Tables.Append("tenants"))
        {
            foreach (var statement in new[] { $"DELETE FROM {table} WHERE false", $"INSERT INTO {table} SELECT * FROM {table} WHERE false" })
            {
                // Generated columns refuse such an INSERT when it is parsed; deleting shows the fence of those tables.
                var refused = await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(admin, $"SAVEPOINT s; {statement}"));
                refused.SqlState.ShouldBeOneOf(statement[0] == 'I' ? [TenantFence.SqlState, "428C9"] : [TenantFence.SqlState]);
                await ExecuteAsync(admin, "ROLLBACK TO s");
            }
        }
    }

    [Theory]
    [InlineData("INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at) VALUES ($red, gen_random_uuid(), 'x', 'male', now(), now())")]
    [InlineData("MERGE INTO contacts c USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE")]
    [InlineData("UPDATE contacts SET name = 'x'")]
    [InlineData("UPDATE tenants SET name = 'x'")]
    [InlineData("WITH gone AS (DELETE FROM contacts RETURNING 1) SELECT count(*) FROM gone")]
    [InlineData("SELECT append_audit(gen_random_uuid(), 'a', 'succeeded', 'system', NULL, 'x', 'x', NULL, NULL, NULL, NULL, NULL, NULL)")]
    public async Task Services_are_refused_when_the_tenant_lives_elsewhere(string sql)
    {
        await using var admin = await FencedAsync(database.Red);
        await ExecuteAsync(admin, "SET LOCAL ROLE app_api");
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(admin, sql.Replace("$red", $"'{database.Red}'")))).SqlState.ShouldBe(TenantFence.SqlState);
    }

    [Fact]
    public async Task Other_tenants_write_and_the_tenant_reads_when_it_is_behind_the_fence()
    {
        await using var admin = await FencedAsync(database.Red);
        await ExecuteAsync(admin, $"SET LOCAL ROLE app_api; SELECT count(*) FROM contacts; {TenantCommandInterceptor.SetStatement(database.Blue)} UPDATE tenants SET name = 'blue'");
    }

    [Fact]
    public async Task Services_are_refused_while_a_mover_holds_the_lock_and_let_in_when_its_session_ends()
    {
        await using var api = await database.OpenAsync(ResourceNames.ApiDatabase);
        await ExecuteAsync(api, TenantCommandInterceptor.SetStatement(database.Red));
        await using (var mover = await database.OpenAsync())
        {
            await ExecuteAsync(mover, $"SELECT pg_advisory_lock({PlacementLocks.Writing}, uuid_hash('{database.Red}'))");
            (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(api, "UPDATE tenants SET name = 'red'"))).SqlState.ShouldBe(TenantFence.SqlState);
        }

        await ProductionReady.Tests.Fixtures.Eventually.BecomesTrueAsync("the fence fell with its mover", TimeSpan.FromSeconds(10), async () =>
        {
            try
            {
                await ExecuteAsync(api, "UPDATE tenants SET name = 'red'");
                return true;
            }
            catch (PostgresException refused) when (refused.SqlState == TenantFence.SqlState)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Snapshot_that_may_be_older_than_the_fence_is_for_reading_only()
    {
        await using var api = await database.OpenAsync(ResourceNames.ApiDatabase);
        await ExecuteAsync(api, $"{TenantCommandInterceptor.SetStatement(database.Red)} BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM tenants");
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(api, "UPDATE tenants SET name = 'red'"))).SqlState
            .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    [Fact]
    public async Task Mirror_writes_the_tenants_row_at_home_only_while_it_lives_elsewhere()
    {
        await using var admin = await FencedAsync(database.Red);
        await ExecuteAsync(admin, """
            SET LOCAL ROLE app_api;
            SELECT mirror_tenant((SELECT to_jsonb(t) || '{"name": "Mirrored", "max_users": 3}' FROM tenants t), NULL)
            """);
        await ShouldBeAsync(admin, "SELECT name || max_users FROM tenants", "Mirrored3");
        await ShouldBeAsync(admin, "SELECT count(*)::text FROM mirror_tenant(NULL, NULL) m, tenants t WHERE false", "0");
        await ExecuteAsync(admin, $"SAVEPOINT s; {TenantCommandInterceptor.SetStatement(database.Blue)}");
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(admin, "SELECT mirror_tenant(NULL, NULL)"))).SqlState
            .ShouldBe(PostgresErrorCodes.ObjectNotInPrerequisiteState);
    }

    /// <summary>The superuser, in a transaction that is never committed, where the tenant lives elsewhere.</summary>
    private async Task<NpgsqlConnection> FencedAsync(Guid tenant)
    {
        var admin = await database.OpenAsync();
        await ExecuteAsync(admin, $"BEGIN; INSERT INTO tenant_placements (id, database, fenced) VALUES ('{tenant}', 'elsewhere', true); SET LOCAL app.tenant_id = '{tenant}'");
        return admin;
    }

    private static async Task ShouldBeAsync(NpgsqlConnection connection, string sql, string value)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        (await command.ExecuteScalarAsync()).ShouldBe(value);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
