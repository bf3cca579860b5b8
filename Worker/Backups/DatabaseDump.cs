using Npgsql;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups;

/// <summary>Runs <c>pg_dump</c> in its custom format on an exported snapshot.</summary>
public static class DatabaseDump
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Writes the dump to <paramref name="target"/>, digesting the bytes as they leave <c>pg_dump</c>.</summary>
    /// <exception cref="ChildFailedException"><c>pg_dump</c> failed or was killed.</exception>
    /// <exception cref="BackupProblemException">The disk is full.</exception>
    public static async Task<ContentDigest> WriteAsync(
        PostgresProgram pgDump, NpgsqlConnectionStringBuilder connection, string snapshot, Stream target, CancellationToken cancellationToken)
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildProgram(pgDump.Path, "--format=custom", $"--snapshot={snapshot}", "--lock-wait-timeout=60s", "--no-password")
            {
                Environment = LibpqEnvironment.From(connection),
            });
        try
        {
            var digest = await HashedCopy.RunAsync(child.Output, target, cancellationToken);
            await child.WaitForSuccessAsync(cancellationToken);
            return digest;
        }
        catch (IOException full) when (full.HResult is NoSpaceLeft or QuotaExceeded)
        {
            throw new BackupProblemException("The disk of the backup folder is full: the dump was given up and nothing of it is kept.", full);
        }
    }
}
