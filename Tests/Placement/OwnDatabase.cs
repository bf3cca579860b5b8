using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Placement;

/// <summary>
/// A tenant's own database, into which the superuser carries the tenant's rows: what the Api does with a placed tenant is tested without
/// the command that moves one.
/// </summary>
internal sealed class OwnDatabase
{
    private const string Columns = """
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = ('public.' || $1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        """;

    private readonly IReadOnlyList<string> _tables;
    private readonly string _home;
    private readonly Guid _tenant;

    private OwnDatabase(string home, string admin, Guid tenant, IReadOnlyList<string> tables) =>
        (_home, AdminConnectionString, _tenant, _tables) = (home, admin, tenant, tables);

    /// <summary>The superuser's.</summary>
    public string AdminConnectionString { get; }

    /// <summary>Its name.</summary>
    public string Name => new NpgsqlConnectionStringBuilder(AdminConnectionString).Database!;

    /// <summary>An empty one for a tenant.</summary>
    public static async Task<OwnDatabase> CreateAsync(App app, ApiFixture api, Guid tenant)
    {
        await using var scope = api.Services.CreateAsyncScope();
        var tables = TenantTables.InDeletionOrder(scope.ServiceProvider.GetRequiredService<AppDbContext>().Model);
        return new OwnDatabase(api.AdminConnectionString, await app.Postgres.CreateDatabaseAsync(), tenant, tables);
    }

    /// <summary>Carries the rows of a tenant that nobody works with there, and lets it live there.</summary>
    public static async Task<OwnDatabase> PlaceAsync(App app, ApiFixture api, Guid tenant)
    {
        var own = await CreateAsync(app, api, tenant);
        await own.CarryAsync();
        await own.SwitchAsync();
        return own;
    }

    /// <summary>Carries the rows; the row of the tenant and of its usage stay at home as well.</summary>
    public async Task CarryAsync()
    {
        await using var home = await OpenAsync(_home);
        await using var own = await OpenAsync(AdminConnectionString);
        await ExecuteAsync(home, $"SET session_replication_role = replica; {Placement("fenced = true")}");
        await ExecuteAsync(own, "SET session_replication_role = replica");
        foreach (var (table, key) in _tables.Reverse().Select(table => (table, "tenant_id")).Prepend(("tenants", "id")))
        {
            await CopyAsync(home, own, table, $"{key} = '{_tenant}'");
        }

        await CopyAsync(home, own, "revocations", "true");
        foreach (var table in _tables.Except(["tenant_usage"]))
        {
            await ExecuteAsync(home, $"DELETE FROM {table} WHERE tenant_id = '{_tenant}'");
        }
    }

    /// <summary>Says that the tenant lives there.</summary>
    public Task SwitchAsync() => SetAsync($"database = '{Name}', moving = false");

    /// <summary>Announces that the tenant moves there.</summary>
    public Task AnnounceAsync() => SetAsync($"moving = true, moving_to = '{Name}'");

    /// <summary>Changes the tenant's row at home.</summary>
    public async Task SetAsync(string change)
    {
        await using var home = await OpenAsync(_home);
        await ExecuteAsync(home, Placement(change));
    }

    /// <summary>Whether every process has come to the newest epoch.</summary>
    public async Task<bool> IsAcknowledgedAsync() => await ScalarAsync<bool>(_home, """
        SELECT NOT EXISTS (SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = 1347174723 AND objsubid = 2 AND objid::bigint < (SELECT max(epoch) FROM tenant_placements)
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """);

    /// <summary>The lock of a mover that lives, until it is disposed of.</summary>
    public async Task<NpgsqlConnection> MoverAsync()
    {
        var mover = await OpenAsync(_home);
        await ExecuteAsync(mover, "SELECT pg_advisory_lock(1347174724, 0)");
        return mover;
    }

    /// <summary>Rows of the tenant by table in one of the two databases; tables without any are left out.</summary>
    public async Task<Dictionary<string, long>> RowsAsync(bool atHome)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in _tables)
        {
            var count = await ScalarAsync<long>(atHome ? _home : AdminConnectionString, $"SELECT count(*) FROM {table} WHERE tenant_id = '{_tenant}'");
            if (count > 0)
            {
                rows.Add(table, count);
            }
        }

        return rows;
    }

    /// <summary>The one value of a query in the own database as the superuser.</summary>
    public Task<T> ScalarAsync<T>(string sql) => ScalarAsync<T>(AdminConnectionString, sql);

    /// <summary>The same in another one.</summary>
    public static async Task<T> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Runs a statement in the database of a connection string.</summary>
    public static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        await ExecuteAsync(connection, sql);
    }

    private string Placement(string change)
    {
        var columns = string.Join(", ", change.Split(", ").Select(part => part.Split(" = ")[0]));
        var values = string.Join(", ", change.Split(", ").Select(part => part.Split(" = ")[1]));
        return $"""
            INSERT INTO tenant_placements (id, {columns}, epoch) VALUES ('{_tenant}', {values}, nextval('placement_epochs'))
            ON CONFLICT (id) DO UPDATE SET {change}, epoch = nextval('placement_epochs')
            """;
    }

    private static async Task CopyAsync(NpgsqlConnection from, NpgsqlConnection to, string table, string where)
    {
        await using var names = new NpgsqlCommand(Columns, from) { Parameters = { new() { Value = table, NpgsqlDbType = NpgsqlDbType.Text } } };
        var columns = (string)(await names.ExecuteScalarAsync())!;
        await using var source = await from.BeginRawBinaryCopyAsync($"COPY (SELECT {columns} FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)");
        await using var target = await to.BeginRawBinaryCopyAsync($"COPY {table} ({columns}) FROM STDIN (FORMAT binary)");
        await source.CopyToAsync(target);
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
