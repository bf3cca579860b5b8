using Npgsql;
using ProductionReady.Api.Storage;
using ProductionReady.Data.Placement;
using Database = ProductionReady.Tests.Data.TenantDatabase;

namespace ProductionReady.Tests.Api.Storage;

public sealed class TenantDatabaseTests(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task Connection_has_forgotten_the_tenant_when_the_pool_gives_it_to_the_next()
    {
        await using var sessions = NpgsqlDataSource.Create(database.ApiConnectionString);
        await using var gate = new TenantGate(database.ApiConnectionString, sessions, TimeSpan.Zero, TimeProvider.System);
        var tenants = new TenantDatabase(gate);
        await gate.EnterAsync(database.Red, CancellationToken.None);
        var first = await BackendAsync(tenants, database.Red, "SELECT pg_backend_pid(), count(*)::int FROM tenants");
        first.Rows.ShouldBe(1);

        await using var connection = await tenants.OpenAsync(database.Red, CancellationToken.None);
        connection.ProcessID.ShouldBe(first.Backend, "The pool of one should give the same connection again.");
        await using var command = new NpgsqlCommand("SELECT count(*)::int FROM tenants", connection);
        (await command.ExecuteScalarAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Connection_has_forgotten_the_tenant_when_its_statement_failed()
    {
        await using var sessions = NpgsqlDataSource.Create(database.ApiConnectionString);
        await using var gate = new TenantGate(database.ApiConnectionString, sessions, TimeSpan.Zero, TimeProvider.System);
        var tenants = new TenantDatabase(gate);
        await gate.EnterAsync(database.Red, CancellationToken.None);
        await Should.ThrowAsync<PostgresException>(() => BackendAsync(tenants, database.Red, "SELECT 1 / 0, 1"));

        await using var connection = await tenants.OpenAsync(database.Red, CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT count(*)::int FROM tenants", connection);
        (await command.ExecuteScalarAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Connection_is_not_given_for_a_tenant_that_nobody_entered()
    {
        await using var sessions = NpgsqlDataSource.Create(database.ApiConnectionString);
        await using var gate = new TenantGate(database.ApiConnectionString, sessions, TimeSpan.Zero, TimeProvider.System);
        var tenants = new TenantDatabase(gate);
        await gate.EnterAsync(database.Red, CancellationToken.None);
        gate.Leave(database.Red);

        await Should.ThrowAsync<InvalidOperationException>(async () => await tenants.OpenAsync(database.Red, CancellationToken.None));
    }

    private static async Task<(int Backend, int Rows)> BackendAsync(TenantDatabase tenants, Guid tenant, string sql)
    {
        await using var connection = await tenants.OpenAsync(tenant, CancellationToken.None);
        await using var batch = TenantDatabase.Batch(connection, tenant, new NpgsqlBatchCommand(sql));
        await using var reader = await TenantDatabase.ReadAsync(batch, CancellationToken.None);
        await reader.ReadAsync();
        return (reader.GetInt32(0), reader.GetInt32(1));
    }
}
