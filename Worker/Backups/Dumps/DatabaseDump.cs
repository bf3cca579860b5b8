using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Dumps;

/// <summary>Runs <c>pg_dump</c> in its custom format on an exported snapshot.</summary>
public static class DatabaseDump
{
    /// <summary>Writes the dump to <paramref name="target"/>.</summary>
    /// <exception cref="ChildFailedException"><c>pg_dump</c> failed or was killed.</exception>
    public static async Task WriteAsync(
        PostgresProgram pgDump, NpgsqlConnectionStringBuilder connection, string snapshot, Stream target, CancellationToken cancellationToken)
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildProgram(pgDump.Path, "--format=custom", $"--snapshot={snapshot}", "--lock-wait-timeout=60s", "--no-password")
            {
                Environment = LibpqEnvironment.From(connection),
            });
        await child.Output.CopyToAsync(target, cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);
    }
}
