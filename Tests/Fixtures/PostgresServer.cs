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
