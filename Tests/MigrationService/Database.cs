using Npgsql;
using ProductionReady.MigrationService;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.MigrationService;

/// <summary>A database of a test's own, worked on by the MigrationService and looked into as the superuser.</summary>
/// <param name="Admin">The superuser's connection string.</param>
/// <param name="App">The app whose server it is in.</param>
public sealed record Database(string Admin, App App)
{
    public string Name { get; } = new NpgsqlConnectionStringBuilder(Admin).Database!;

    public static async Task<Database> EmptyAsync(App app) => new(await app.Postgres.CreateDatabaseAsync(migrated: false), app);

    /// <summary>Migrated here and not copied from a template, which would lose what is granted on the database itself.</summary>
    public static async Task<Database> MigratedAsync(App app)
    {
        var database = await EmptyAsync(app);
        await database.UpAsync();
        return database;
    }

    public async Task UpAsync() => (await RunAsync("up")).ShouldBe((ExitCode.Done, ""));

    /// <summary>Runs a verb within the tests, which is quick, and gives its exit code and results without the log.</summary>
    public async Task<(int ExitCode, string Results)> RunAsync(params string[] arguments)
    {
        var configuration = (await MigrationRun.EnvironmentAsync(Admin, App))
            .ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), string? (pair) => pair.Value);
        configuration["Logging:LogLevel:Default"] = "None";
        configuration["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "None";
        await using var results = new StringWriter();
        return (await MigrationCommandLine.RunAsync(arguments, results, results, configuration), results.ToString());
    }

    /// <summary>Runs a verb as an operator would, and gives its exit code and all it said.</summary>
    public Task<ServiceRun> RunProcessAsync(params string[] arguments) => MigrationRun.OfAsync(Admin, App, arguments);

    public async Task ExecuteAsync(string sql) => await ScalarAsync(sql);

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Admin);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Everything pg_dump would write about the schema, as one text to compare.</summary>
    public async Task<string> CatalogAsync() => (string)(await ScalarAsync("""
        SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
            SELECT c.relname || ' ' || c.relkind::text || ' ' || coalesce(c.relacl::text, '') AS line
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            UNION ALL SELECT 'schema ' || nspacl::text FROM pg_namespace WHERE nspname = 'public'
            UNION ALL SELECT 'database ' || coalesce(datacl::text, '') FROM pg_database WHERE datname = current_database()) lines
        """))!;
}
