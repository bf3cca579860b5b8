using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Placing;

/// <summary>Databases of single tenants, on the server of the shared one: opens, makes and drops them.</summary>
internal sealed class OwnDatabases(IConfiguration configuration, ServerConnection servers, MigrationLock migrationLock, Migrations migrations, Steps steps)
{
    private const int LongestName = 63;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    // With the encoding and the order of texts of home, whatever the server's template has; later versions of PostgreSQL name a column otherwise.
    private const string CreateLikeHome = """
        SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', $1::text, pg_encoding_to_char(encoding), datcollate, datctype)
            || CASE datlocprovider WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
                                   WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale') ELSE '' END
        FROM pg_database d WHERE datname = current_database()
        """;

    /// <summary>What the database of a tenant is called unless the operator says otherwise.</summary>
    public static string NameFor(string slug)
    {
        var name = $"tenant_{slug.Replace('-', '_')}";
        return name.Length <= LongestName ? name : $"{name[..(LongestName - 9)]}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(slug)))[..8]}";
    }

    /// <summary>Opens one and keeps other runs out of it until the connection ends.</summary>
    /// <exception cref="MigrationFailedException">There is none of that name.</exception>
    public async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken, bool alone = true)
    {
        var settings = MigrationSettings.Read(configuration, withPasswords: false);
        var there = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = database }.ConnectionString;
        NpgsqlConnection? connection = null;
        try
        {
            connection = await servers.OpenAsync(there, Wait, createDatabase: false, cancellationToken);
            if (alone)
            {
                await migrationLock.TakeAsync(connection, Wait, cancellationToken);
            }

            return connection;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw new MigrationFailedException($"The database {database}, in which a tenant lives, does not exist.", inner: missing);
        }
        catch when (connection is not null)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a database for a tenant, or takes one that holds nothing else, with the schema and grants of home.</summary>
    /// <exception cref="MigrationFailedException">It must not be that one.</exception>
    public async Task<TenantSide> PrepareAsync(NpgsqlConnection home, string database, Guid tenantId, CancellationToken cancellationToken)
    {
        await RefuseAsync(home, database, tenantId, cancellationToken);
        var exists = await ExistsAsync(home, database, cancellationToken);
        if (exists)
        {
            await RefuseUnknownAsync(home, database, tenantId, cancellationToken);
        }

        await Placements.IntendAsync(home, tenantId, database, cancellationToken);
        if (!exists)
        {
            await home.ExecuteAsync(await home.ScalarAsync<string>(CreateLikeHome, cancellationToken, database), cancellationToken);
        }

        var connection = await OpenAsync(database, cancellationToken);
        try
        {
            await steps.RunAsync($"prepare {database}", async () =>
            {
                await migrations.ApplyAsync(connection, cancellationToken);
                await connection.ExecuteAsync(
                    $"INSERT INTO tenant_placements (id, fenced) VALUES ('{tenantId:D}', true) ON CONFLICT (id) DO UPDATE SET fenced = true", cancellationToken);
                await connection.ExecuteAsync($"COMMENT ON DATABASE {Statements.Quoted(database)} IS '{Mark(home)}{tenantId:D}'", cancellationToken);
            });
            return new TenantSide(database, connection, tenantId);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drops a database that a tenant left, with whoever is still connected to it; never one that holds another tenant's rows.</summary>
    public async Task DropAsync(NpgsqlConnection home, string database, Guid tenantId, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(home, database, cancellationToken))
        {
            return;
        }

        await using (var connection = await OpenAsync(database, cancellationToken))
        {
            await RefuseForeignRowsAsync(connection, tenantId, cancellationToken);
        }

        await steps.RunAsync($"drop {database}", () =>
            home.ExecuteAsync($"DROP DATABASE IF EXISTS {Statements.Quoted(database)} WITH (FORCE)", cancellationToken));
    }

    /// <summary>
    /// Databases that were made for tenants of this home, of which it knows nothing any more: it is of an older backup, or they are.
    /// </summary>
    public static async Task<IReadOnlyList<(string Database, string Tenant)>> FindUnknownAsync(NpgsqlConnection home, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT d.datname, substr(shobj_description(d.oid, 'pg_database'), length($1) + 1) FROM pg_database d
            WHERE starts_with(shobj_description(d.oid, 'pg_database'), $1)
                AND NOT EXISTS (SELECT FROM public.tenant_placements p WHERE d.datname IN (p.database, p.moving_to, p.left_database))
            """,
            home)
        {
            Parameters = { new() { Value = Mark(home) } },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var unknown = new List<(string, string)>();
        while (await row.ReadAsync(cancellationToken))
        {
            unknown.Add((row.GetString(0), row.GetString(1)));
        }

        return unknown;
    }

    private static string Mark(NpgsqlConnection home) => $"From {home.Database!.Replace("'", "", StringComparison.Ordinal)}: tenant ";

    private static Task<bool> ExistsAsync(NpgsqlConnection home, string database, CancellationToken cancellationToken) =>
        home.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", cancellationToken, database);

    private static async Task RefuseAsync(NpgsqlConnection home, string database, Guid tenantId, CancellationToken cancellationToken)
    {
        if (!Regex.IsMatch(database, TenantPlacement.DatabaseName, RegexOptions.CultureInvariant))
        {
            throw new MigrationFailedException($"A database's name matches {TenantPlacement.DatabaseName}; '{database}' does not.", ExitCode.Usage);
        }

        if (database == home.Database || await home.ScalarAsync<bool>(
            """
            SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND (datistemplate OR datname = 'postgres'))
                OR EXISTS (SELECT FROM tenant_placements WHERE id <> $2 AND $1 IN (database, moving_to, left_database))
            """,
            cancellationToken, database, tenantId))
        {
            throw new MigrationFailedException($"{database} is not for this tenant; nothing was changed.");
        }
    }

    /// <summary>Home may be of an older backup, and what it does not know of may be all there is of what came after.</summary>
    private async Task RefuseUnknownAsync(NpgsqlConnection home, string database, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(database, cancellationToken);
        await RefuseForeignRowsAsync(connection, tenantId, cancellationToken);
        var known = await home.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM tenant_placements WHERE id = $1 AND $2 IN (moving_to, left_database))", cancellationToken, tenantId, database);
        if (!known && await IsOursAsync(connection, cancellationToken) && await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM public.tenants)", cancellationToken))
        {
            throw new MigrationFailedException(
                $"{database} holds rows of this tenant that {home.Database} does not know of, as after a restore; drop it or choose another name. Nothing was changed.");
        }
    }

    private static async Task RefuseForeignRowsAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        var foreign = await IsOursAsync(connection, cancellationToken)
            ? await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM public.tenants WHERE id <> $1)", cancellationToken, tenantId)
            : await connection.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace)", cancellationToken);
        if (foreign)
        {
            throw new MigrationFailedException($"{connection.Database} holds what is not this tenant's; nothing was changed in it.");
        }
    }

    private static Task<bool> IsOursAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ScalarAsync<bool>(
        """SELECT to_regclass('public."__EFMigrationsHistory"') IS NOT NULL AND to_regclass('public.tenants') IS NOT NULL""", cancellationToken);
}
