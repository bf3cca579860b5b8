using System.Diagnostics;
using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Backups.Checks;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>
/// Restores one database beside the live ones: recovers the cluster in scratch, and copies the database from there into a new one of the
/// live server, with <c>pg_dump</c> and <c>pg_restore</c>.
/// </summary>
public sealed class NewDatabaseRestore(ServerRecovery recovery, IConfiguration configuration)
{
    private const string ConnectionKey = "ConnectionStrings:" + ResourceNames.AppDatabase;

    /// <summary>Restores.</summary>
    /// <param name="request">What.</param>
    /// <param name="database">Which database; null for the application's.</param>
    /// <param name="name">The new database, which is not there yet.</param>
    /// <param name="countOnly">Leaves the checks out.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackupProblemException">There is a database of that name, or the recovery failed; no new database is left.</exception>
    public async Task<RestoreReport> RunAsync(
        RecoveryRequest request, string? database, string name, bool countOnly, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var live = Live();
        var source = database ?? live.Database!;
        await RequireFreeAsync(live, name, cancellationToken);
        await using var server = await recovery.RecoverAsync(request, progress, cancellationToken);
        if (!(await server.DatabasesAsync(cancellationToken)).Contains(source))
        {
            throw new BackupProblemException($"There was no database '{source}' at {request.Target}.");
        }

        var created = new NpgsqlConnectionStringBuilder(live.ConnectionString) { Database = name };
        await CreateAsync(server.Connection(source), live, name, cancellationToken);
        try
        {
            progress?.Report($"Copying {source} into {name}");
            await CopyAsync(server.Connection(source), created, cancellationToken);
            var took = clock.Elapsed;
            var check = await DatabaseCheck.RunAsync(created, countOnly, cancellationToken);
            return new RestoreReport(request.Target, $"database {name} of the live server", server.BaseId, server.Point, took, [check], []);
        }
        catch
        {
            await ExecuteAsync(live, $"DROP DATABASE {Quote(name)} WITH (FORCE)", CancellationToken.None);
            throw;
        }
    }

    private NpgsqlConnectionStringBuilder Live() => configuration.GetConnectionString(ResourceNames.AppDatabase) is { Length: > 0 } text
        ? new NpgsqlConnectionStringBuilder(text) { Pooling = false }
        : throw new BackupProblemException($"{ConnectionKey} is missing: a database can be made only with an administrator's connection string.");

    private static async Task RequireFreeAsync(NpgsqlConnectionStringBuilder live, string name, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(live.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = name } } };
        if (await command.ExecuteScalarAsync(cancellationToken) is true)
        {
            throw new BackupProblemException($"There is a database '{name}' already: a restore overwrites nothing.");
        }
    }

    /// <summary>With the encoding and locale of the one it is restored from.</summary>
    private static async Task CreateAsync(NpgsqlConnectionStringBuilder from, NpgsqlConnectionStringBuilder live, string name, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(from.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT format('TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(encoding), datcollate, datctype)
            FROM pg_database WHERE datname = current_database()
            """,
            connection);
        var form = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        await ExecuteAsync(live, $"CREATE DATABASE {Quote(name)} {form}", cancellationToken);
    }

    private static async Task CopyAsync(NpgsqlConnectionStringBuilder from, NpgsqlConnectionStringBuilder to, CancellationToken cancellationToken)
    {
        var dump = await PostgresProgram.FindAsync("pg_dump", cancellationToken);
        var restore = await PostgresProgram.FindAsync("pg_restore", cancellationToken);
        await using var reader = await ChildProcess.StartAsync(new ChildProgram(dump.Path, "--format=custom", "--compress=0", "--no-password") { Environment = LibpqEnvironment.From(from) });
        await using var writer = await ChildProcess.StartAsync(
            new ChildProgram(restore.Path, $"--dbname={to.Database}", "--exit-on-error", "--no-password") { Environment = LibpqEnvironment.From(to) });
        var said = writer.Output.CopyToAsync(Stream.Null, cancellationToken);
        try
        {
            await reader.Output.CopyToAsync(writer.Input, cancellationToken);
            await writer.Input.DisposeAsync();
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            // A pipe broke: one of the two says why.
            await writer.WaitForSuccessAsync(cancellationToken);
            throw;
        }

        await said;
        await reader.WaitForSuccessAsync(cancellationToken);
        await writer.WaitForSuccessAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnectionStringBuilder live, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(live.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
