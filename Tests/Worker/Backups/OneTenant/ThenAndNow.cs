using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Isolation;

namespace ProductionReady.Tests.Worker.Backups.OneTenant;

/// <summary>
/// A live server and another as it was at an earlier moment, with a tenant for each test. The other is made of the files of the first, as a
/// recovery makes it.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class ThenAndNow(App app) : IAsyncLifetime
{
    /// <summary>Contacts of each tenant beside the one with a fixed id.</summary>
    public const int Contacts = 200;

    private static readonly string[] Slugs = ["mistaken", "writing", "busy", "access", "erased", "own", "moved", "columns", "unconfirmed"];

    private BackedUpCluster _live = null!;
    private OwnCluster _then = null!;

    /// <summary>The live server.</summary>
    public OwnCluster Now => _live.Server;

    /// <summary>The recovered one.</summary>
    public OwnCluster Then => _then;

    /// <summary>Tenants by slug, each with a row in every table.</summary>
    public IReadOnlyDictionary<string, Guid> Tenants { get; } = Slugs.ToDictionary(slug => slug, _ => Guid.CreateVersion7());

    /// <summary>The configuration of a Worker, and of an operator who may change the live database.</summary>
    public Dictionary<string, string> Configuration => _live.Configuration;

    public async ValueTask InitializeAsync()
    {
        _live = await BackedUpCluster.StartAsync(app);
        await using (var admin = new NpgsqlConnection(Now.AdminConnectionString))
        {
            await admin.OpenAsync();
            foreach (var (slug, id) in Tenants)
            {
                await ExecuteAsync(admin, $"INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'Then', 'active', now(), now())");
                await ForeignRows.SeedAsync(admin, id, id);
                await ExecuteAsync(admin, $"""
                    INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
                    SELECT '{id}', gen_random_uuid(), 'Contact ' || n, 'c' || n || '@x.example', 'female', now(), now() FROM generate_series(1, {Contacts}) n
                    """);
            }
        }

        await PlaceAsync("own");
        Now.Kill();
        var copy = Path.Combine(_live.Folder, "then");
        using (var cp = Process.Start("cp", ["-a", Now.DataFolder, copy]))
        {
            await cp.WaitForExitAsync();
        }

        _then = await OwnCluster.OpenAsync(copy);
        await Now.StartAsync();
        Configuration[$"ConnectionStrings__{ResourceNames.AppDatabase}"] = Now.AdminConnectionString;
        Configuration["ConnectionStrings__recovered"] = Then.AdminConnectionString;
    }

    /// <summary>Gives a tenant a database of its own, by the command that does that.</summary>
    public async Task PlaceAsync(string slug)
    {
        var run = await MigrationRun.OfAsync(Now.AdminConnectionString, app, "place", slug);
        run.ExitCode.ShouldBe(0, run.Output);
    }

    /// <summary>Runs <c>restore-tenant</c>.</summary>
    public Task<ServiceRun> RestoreAsync(string tenant, params string[] options) =>
        _live.RunAsync(["restore-tenant", "--tenant", tenant, "--recovered", .. options]);

    /// <summary>Runs another command of the Worker.</summary>
    public Task<ServiceRun> RunAsync(params string[] arguments) => _live.RunAsync(arguments);

    /// <summary>All rows of a tenant in some tables as one text; what a restore touches by itself is left out.</summary>
    public static Task<string> RowsAsync(OwnCluster server, Guid tenant, string database = ResourceNames.AppDatabase, params string[] tables)
    {
        var lines = (tables.Length == 0 ? ["contacts"] : tables).Select(table =>
            $"SELECT '{table} ' || t::text AS line FROM {table} t WHERE {(table == "tenants" ? "id" : "tenant_id")} = '{tenant}'");
        return QueryAsync<string>(server.As("postgres", database), $"SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM ({string.Join(" UNION ALL ", lines)}) AS lines");
    }

    /// <summary>A connection of the Api's role for a tenant.</summary>
    public async Task<NpgsqlConnection> OpenAsApiAsync(Guid tenant)
    {
        var connection = new NpgsqlConnection(Now.As("app_api"));
        await connection.OpenAsync();
        await ExecuteAsync(connection, TenantCommandInterceptor.SetStatement(tenant));
        return connection;
    }

    /// <summary>Runs SQL.</summary>
    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value of a query.</summary>
    public static async Task<T> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _then.DisposeAsync();
        await _live.DisposeAsync();
    }
}
