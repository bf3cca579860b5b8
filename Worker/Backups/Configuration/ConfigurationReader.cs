using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Configuration;

/// <summary>Reads what a server is rebuilt with, by PostgreSQL's own programs.</summary>
public sealed class ConfigurationReader(IConfiguration configuration, TimeProvider clock)
{
    // Where they come from defaults or the environment of the very server, they are no use to another.
    private const string Settings = """
        SELECT name, setting FROM pg_settings WHERE source NOT IN ('default', 'override', 'client', 'session', 'environment variable') ORDER BY name
        """;

    private static readonly string[] Keys = ["public.signing_keys", """public."__EFMigrationsHistory" """.Trim()];

    /// <summary>Reads it.</summary>
    /// <param name="own">The databases of single tenants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>With the server's system identifier, its roles and the version of the program that dumped them.</returns>
    public async Task<(ServerConfiguration Configuration, string SystemId, IReadOnlyList<string> Roles, string ClientVersion)> ReadAsync(
        IReadOnlyList<string> own, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(ResourceNames.BackupDatabase)) { Pooling = false };
        await using var session = new NpgsqlConnection(connection.ConnectionString);
        await session.OpenAsync(cancellationToken);
        var (pgDump, pgDumpAll) = (await PostgresProgram.FindAsync("pg_dump", cancellationToken), await PostgresProgram.FindAsync("pg_dumpall", cancellationToken));
        var version = session.PostgreSqlVersion.ToString();
        pgDump.RequireMajor(PostgresProgram.MajorOf(version), "the server's PostgreSQL");
        pgDumpAll.RequireMajor(PostgresProgram.MajorOf(version), "the server's PostgreSQL");

        var databases = new List<DatabaseConfiguration>();
        foreach (var database in own.Prepend(null))
        {
            var to = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = database ?? connection.Database };
            databases.Add(new DatabaseConfiguration(
                to.Database!,
                database is not null,
                await SaidAsync(pgDump, to, cancellationToken, "--schema-only", "--create", "--no-password"),
                await SaidAsync(pgDump, to, cancellationToken, ["--data-only", "--column-inserts", "--no-password", .. Keys.Select(table => $"--table={table}")])));
        }

        var roles = await SaidAsync(pgDumpAll, connection, cancellationToken, "--globals-only", "--no-role-passwords", "--no-password", $"--database={connection.Database}");
        await using var system = new NpgsqlCommand("SELECT system_identifier::text FROM pg_control_system()", session);
        var systemId = (string)(await system.ExecuteScalarAsync(cancellationToken))!;
        var read = new ServerConfiguration(
            ServerConfiguration.CurrentFormat, clock.GetUtcNow(), version, GivenConfiguration.Of(configuration), await SettingsAsync(session, cancellationToken), roles, databases);
        return (read, systemId, await Ledger.RolesAsync(session, cancellationToken), pgDump.Version);
    }

    private static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Settings, session);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellationToken))
        {
            settings[row.GetString(0)] = row.GetString(1);
        }

        return settings;
    }

    private static async Task<string> SaidAsync(
        PostgresProgram program, NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken, params string[] arguments)
    {
        await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, arguments) { Environment = LibpqEnvironment.From(connection) });
        using var reader = new StreamReader(child.Output);
        var said = await reader.ReadToEndAsync(cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);
        return said;
    }
}
