using Npgsql;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Tests.Fixtures;

/// <summary>
/// The app's PostgreSQL server. Hands out fresh databases: a migrated one is a copy of a template that the real
/// MigrationService made once.
/// </summary>
public sealed class PostgresServer(App app)
{
    private const string Template = "tests_template";

    private readonly SemaphoreSlim _oneCopyAtATime = new(1, 1);
    private bool _templateExists;

    /// <summary>Creates a database of its own for the caller; the app's end removes it with the server.</summary>
    /// <returns>The superuser's connection string to it.</returns>
    public async Task<string> CreateDatabaseAsync(bool migrated = true)
    {
        var name = $"test_{Guid.CreateVersion7():n}";
        await _oneCopyAtATime.WaitAsync();
        try
        {
            if (migrated && !_templateExists)
            {
                await ExecuteAsync($"CREATE DATABASE {Template}");
                await MigrationRun.UpAsync(await AdminAsync(Template), app);
                _templateExists = true;
            }

            await ExecuteAsync($"CREATE DATABASE {name}{(migrated ? $" TEMPLATE {Template}" : "")}");
        }
        finally
        {
            _oneCopyAtATime.Release();
        }

        return await AdminAsync(name);
    }

    /// <summary>The connection string of the service behind <paramref name="resource"/>, to the database of another one.</summary>
    /// <param name="resource">As in <see cref="ResourceNames.ApiDatabase"/>.</param>
    /// <param name="adminConnectionString">Names the database.</param>
    public async Task<string> AsAsync(string resource, string adminConnectionString) =>
        new NpgsqlConnectionStringBuilder(await app.ConnectionStringAsync(resource))
        {
            Database = new NpgsqlConnectionStringBuilder(adminConnectionString).Database,
        }.ConnectionString;

    /// <summary>A connection as the service behind <paramref name="resource"/>, outside every pool: it ends when it is disposed.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string resource, string adminConnectionString)
    {
        var own = new NpgsqlConnectionStringBuilder(await AsAsync(resource, adminConnectionString)) { Pooling = false };
        var connection = new NpgsqlConnection(own.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>
    /// Fails the caller's class if it leaves connections to its database behind: the classes to come would find the server
    /// full, and the more of them run side by side the sooner.
    /// </summary>
    public static async Task HasBeenLeftAsync(string adminConnectionString)
    {
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
            """,
            connection);
        await Eventually.BecomesTrueAsync("no connection to the class's database is left", TimeSpan.FromSeconds(30), async () =>
            await command.ExecuteScalarAsync() is 0L);
    }

    private async Task<string> AdminAsync(string database) =>
        new NpgsqlConnectionStringBuilder(await app.ConnectionStringAsync(ResourceNames.AppDatabase))
        {
            Database = database,
            Pooling = false,
        }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await AdminAsync("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
