using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Checks;

/// <summary>Has PostgreSQL's own programs look at the pages of a recovered cluster.</summary>
public static class PageChecks
{
    /// <summary>Runs <c>pg_amcheck</c> over the tables and indexes of a database. The extension it needs is made for it, and dropped again.</summary>
    /// <param name="connection">A superuser's, to a server that can be written to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What it found, a line each.</returns>
    public static async Task<IReadOnlyList<string>> TablesAndIndexesAsync(NpgsqlConnectionStringBuilder connection, CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_amcheck", cancellationToken);
        await using var server = new NpgsqlConnection(connection.ConnectionString);
        await server.OpenAsync(cancellationToken);
        var there = await AskAsync("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'amcheck')", server, cancellationToken) is true;
        await AskAsync("CREATE EXTENSION IF NOT EXISTS amcheck", server, cancellationToken);
        var found = await RunAsync(
            new ChildProgram(program.Path, "--no-password", "--jobs=2", $"--database={connection.Database}") { Environment = LibpqEnvironment.From(connection) }, cancellationToken);
        if (!there)
        {
            await AskAsync("DROP EXTENSION amcheck", server, cancellationToken);
        }

        return found;
    }

    /// <summary>Runs <c>pg_checksums</c> over every page of a data folder whose server was stopped well.</summary>
    /// <returns>What it found, a line each; also that the pages carry no checksums.</returns>
    public static async Task<IReadOnlyList<string>> ChecksumsAsync(string data, CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_checksums", cancellationToken);
        return await RunAsync(new ChildProgram(program.Path, "--check", $"--pgdata={data}") { Unprivileged = true }, cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(ChildProgram program, CancellationToken cancellationToken)
    {
        await using var child = await ChildProcess.StartAsync(program);
        using var output = new StreamReader(child.Output);
        var said = await output.ReadToEndAsync(cancellationToken);
        return await child.WaitAsync(cancellationToken) == 0 ? []
            : [.. $"{said}\n{await child.Errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(20)];
    }

    private static async Task<object?> AskAsync(string sql, NpgsqlConnection server, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, server);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
