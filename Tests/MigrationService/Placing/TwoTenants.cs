using Npgsql;
using ProductionReady.Data.Tenancy;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;
using ProductionReady.Tests.Isolation;

namespace ProductionReady.Tests.MigrationService.Placing;

/// <summary>A migrated database with two tenants that have a row in every table of tenants' rows; one of them is moved.</summary>
/// <param name="Home">The shared database.</param>
/// <param name="Moved">The one that is moved.</param>
/// <param name="Slug">Its slug.</param>
/// <param name="Other">The one that must not notice.</param>
internal sealed record TwoTenants(Database Home, Guid Moved, string Slug, Guid Other)
{
    /// <summary>The database of its own that it gets unless told otherwise.</summary>
    public string Own => $"tenant_{Slug.Replace('-', '_')}";

    public static async Task<TwoTenants> CreateAsync(App app, int contacts = 20)
    {
        // Databases of tenants are the server's, which the tests share.
        var tenants = new TwoTenants(await Database.MigratedAsync(app), Guid.CreateVersion7(), $"m-{Guid.NewGuid():n}"[..20], Guid.CreateVersion7());
        await using var admin = new NpgsqlConnection(tenants.Home.Admin);
        await admin.OpenAsync();
        foreach (var (id, slug) in new[] { (tenants.Moved, tenants.Slug), (tenants.Other, "other") })
        {
            await ExecuteAsync(admin, $"INSERT INTO tenants (id, slug, name, state, created_at, updated_at) VALUES ('{id}', '{slug}', 'T', 'active', now(), now())");
            await ForeignRows.SeedAsync(admin, id, Guid.CreateVersion7());
            await ExecuteAsync(admin, $"""
                INSERT INTO contacts (tenant_id, id, name, email, gender, created_at, updated_at)
                SELECT '{id}', gen_random_uuid(), 'Contact ' || n, 'c' || n || '@x.example', 'female', now(), now() FROM generate_series(1, {contacts}) n
                """);
        }

        return tenants;
    }

    /// <summary>The superuser's way into a database of the same server.</summary>
    public Database In(string? database) => database is null
        ? Home
        : new Database(new NpgsqlConnectionStringBuilder(Home.Admin) { Database = database }.ConnectionString, Home.App);

    /// <summary>Runs the verb within the tests.</summary>
    public Task<(int ExitCode, string Results)> PlaceAsync(params string[] options) => Home.RunAsync(["place", Slug, .. options]);

    /// <summary>The database that home says it lives in; null for home.</summary>
    public async Task<string?> PlacementAsync() =>
        await Home.ScalarAsync($"SELECT database FROM tenant_placements WHERE id = '{Moved}'") as string;

    public async Task<bool> ExistsAsync(string database) =>
        await Home.ScalarAsync($"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')") is true;

    /// <summary>Everything that belongs to a tenant in a database, as one text to compare, but for the entries of moves in its audit trail.</summary>
    public async Task<string> RowsAsync(Guid tenant, string? database)
    {
        var tables = ForeignRows.Tables.Except(["audit_chains"]).Append("tenants").Select(table =>
            $"SELECT '{table} ' || t::text AS line FROM {table} t WHERE {(table == "tenants" ? "id" : "tenant_id")} = '{tenant}'"
            + (table == "audit_entries" ? " AND action <> 'tenant.moved'" : ""));
        return (string)(await In(database).ScalarAsync($"SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM ({string.Join(" UNION ALL ", tables)}) lines"))!;
    }

    /// <summary>Rows of a tenant by table that are there, tables without any left out.</summary>
    public async Task<IReadOnlyList<string>> TablesWithRowsAsync(Guid tenant, string? database)
    {
        var found = new List<string>();
        foreach (var table in ForeignRows.Tables)
        {
            if (await In(database).ScalarAsync($"SELECT count(*) FROM {table} WHERE tenant_id = '{tenant}'") is > 0L)
            {
                found.Add(table);
            }
        }

        return found;
    }

    /// <summary>A connection of the Api's role for the tenant, outside every pool.</summary>
    public async Task<NpgsqlConnection> OpenAsApiAsync(string? database)
    {
        var connection = await Home.App.Postgres.OpenAsync(ResourceNames.ApiDatabase, In(database).Admin);
        await ExecuteAsync(connection, TenantCommandInterceptor.SetStatement(Moved));
        return connection;
    }

    /// <summary>What the Api does when somebody creates a contact.</summary>
    public static Task AddContactAsync(NpgsqlConnection api, Guid id) => ExecuteAsync(api, $"""
        INSERT INTO contacts (tenant_id, id, name, gender, created_at, updated_at)
        VALUES (current_setting('app.tenant_id')::uuid, '{id}', 'New', 'female', now(), now())
        """);

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
