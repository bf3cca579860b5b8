using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using Statements = ProductionReady.Api.Storage.TenantDatabase;

namespace ProductionReady.Tests.Isolation;

/// <summary>What a tenant leaves behind on a connection is nobody's: of both pools, over every tenant-owned table.</summary>
public sealed class PoolIsolationTests(ForeignRows rows) : IClassFixture<ForeignRows>
{
    private const string Head = "SELECT last_seq FROM audit_chains";

    public static TheoryData<string> Tables => [.. ForeignRows.Tables];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Contexts_pool_gives_the_connection_on_without_the_tenant(string table)
    {
        int process;
        await using (var blue = rows.For(rows.Blue))
        {
            process = await blue.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync();
            (await CountAsync(blue, table)).ShouldBe(1);
        }

        await using (var nobody = rows.For(null))
        {
            (await nobody.Database.SqlQuery<int>($"""SELECT pg_backend_pid() AS "Value" """).SingleAsync()).ShouldBe(process, "The pool has one connection.");
            (await CountAsync(nobody, table)).ShouldBe(0);
        }

        await using var red = rows.For(rows.Red);
        (await CountAsync(red, table)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Statements_pool_gives_the_connection_on_without_the_tenant(string table)
    {
        await using var sessions = NpgsqlDataSource.Create(rows.ApiConnectionString);
        await using var gate = new TenantGate(rows.ApiConnectionString, sessions, TimeSpan.Zero, TimeProvider.System);
        var tenants = new Statements(gate);
        await gate.EnterAsync(rows.Blue, CancellationToken.None);
        await gate.EnterAsync(rows.Red, CancellationToken.None);
        int process;
        await using (var blue = await tenants.OpenAsync(rows.Blue, CancellationToken.None))
        {
            process = blue.ProcessID;
            (await CountAsync(blue, rows.Blue, table)).ShouldBe(1);
            await using (var transaction = await blue.BeginTransactionAsync())
            {
                (await CountAsync(blue, rows.Blue, table)).ShouldBe(1);
                await transaction.RollbackAsync();
            }

            await Should.ThrowAsync<PostgresException>(() => CountAsync(blue, rows.Blue, "no_such_table"));
        }

        await using var next = await tenants.OpenAsync(rows.Red, CancellationToken.None);
        next.ProcessID.ShouldBe(process, "The pool has one connection.");
        (await ForeignRows.ExecuteAsync(next, $"SELECT count(*) FROM {table}")).ShouldBe(0L);
        (await CountAsync(next, rows.Red, table)).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Cursor_left_open_with_hold_is_closed_before_the_next_user(string table)
    {
        await using var pool = NpgsqlDataSource.Create(rows.ApiConnectionString);
        int process;
        await using (var blue = await pool.OpenConnectionAsync())
        {
            process = blue.ProcessID;
            await ForeignRows.ExecuteAsync(blue, TenantCommandInterceptor.SetStatement(rows.Blue) + $"DECLARE left_behind CURSOR WITH HOLD FOR SELECT * FROM {table}");
        }

        await using var next = await pool.OpenConnectionAsync();
        next.ProcessID.ShouldBe(process);
        var refused = await Should.ThrowAsync<PostgresException>(() => ForeignRows.ExecuteAsync(next, "FETCH ALL FROM left_behind"));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InvalidCursorName);
    }

    [Fact]
    public async Task Api_may_call_the_functions_that_are_listed_and_no_others()
    {
        await using var red = await rows.OpenAsync(rows.Red);
        await using var command = new NpgsqlCommand(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege(p.oid, 'EXECUTE')
                AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
            """,
            red);
        var callable = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                callable.Add(reader.GetString(0));
            }
        }

        callable.ShouldBe(AccessRules.Functions.Where(grant => grant.Role == DatabaseRoles.Api).Select(grant => grant.Function), ignoreOrder: true);
    }

    [Fact]
    public async Task Functions_tell_and_write_nothing_of_another_tenant()
    {
        await using var red = await rows.OpenAsync(rows.Red);
        (await ForeignRows.ExecuteAsync(red, "SELECT tenant_id_by_slug('blue')")).ShouldBe(rows.Blue, "An id is all it tells: signing in needs it.");

        await using var transaction = await red.BeginTransactionAsync();
        await ForeignRows.ExecuteAsync(red, $"SET LOCAL app.tenant_id = '{rows.Blue}'");
        var before = await ForeignRows.ExecuteAsync(red, Head);
        await ForeignRows.ExecuteAsync(red, $"SET LOCAL app.tenant_id = '{rows.Red}'");
        await ForeignRows.ExecuteAsync(
            red, $"SELECT append_audit('{Guid.CreateVersion7()}', 'x', 'succeeded', 'user', '{rows.BlueId}', 'user', '{rows.BlueId}', NULL, NULL, NULL, NULL, NULL, NULL)");
        await ForeignRows.ExecuteAsync(red, $"SET LOCAL app.tenant_id = '{rows.Blue}'");
        (await ForeignRows.ExecuteAsync(red, Head)).ShouldBe(before);
    }

    private static Task<int> CountAsync(DbContext context, string table)
    {
        // The model's own name of a table, which cannot be a parameter.
        var sql = $"""SELECT count(*)::int AS "Value" FROM {table}""";
        return context.Database.SqlQueryRaw<int>(sql).SingleAsync();
    }

    private static async Task<int> CountAsync(NpgsqlConnection connection, Guid tenant, string table)
    {
        await using var batch = Statements.Batch(connection, tenant, new NpgsqlBatchCommand($"SELECT count(*)::int FROM {table}"));
        await using var reader = await Statements.ReadAsync(batch, CancellationToken.None);
        await reader.ReadAsync();
        return reader.GetInt32(0);
    }
}
