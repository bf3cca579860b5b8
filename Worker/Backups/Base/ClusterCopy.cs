using System.Globalization;
using Npgsql;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Runs <c>pg_basebackup</c>: what it writes goes sealed into a staged file, and as it came into a second file, from which the backup
/// is checked here. (Sealed, this Worker may be unable to read it.)
/// </summary>
public sealed class ClusterCopy(Sealer sealer, IObjectStore store)
{
    private const int BufferSize = 256 * 1024;

    // The log from its start to its end is fetched into it, so that it can be restored by itself.
    private static readonly string[] Arguments =
    [
        "--format=tar", "--pgdata=-", "--wal-method=fetch", "--checkpoint=fast", "--no-estimate-size", "--no-password", "--label=productionready",
        string.Create(CultureInfo.InvariantCulture, $"--compress=client-zstd:{Sealer.CompressionLevel}"),
    ];

    /// <summary>Copies the server's files.</summary>
    /// <param name="program"><c>pg_basebackup</c>.</param>
    /// <param name="connection">Of a role that may replicate.</param>
    /// <param name="copy">Path of the second file.</param>
    /// <param name="cancellationToken">Gives up; nothing is left but the second file.</param>
    /// <exception cref="ChildFailedException">A program failed: says what it said.</exception>
    public Task<StagedFile> MakeAsync(
        PostgresProgram program, NpgsqlConnectionStringBuilder connection, string copy, CancellationToken cancellationToken) =>
        sealer.SealAsync(
            async (target, token) =>
            {
                await using var file = PrivateFiles.Create(copy);
                await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, Arguments) { Environment = LibpqEnvironment.From(connection) });
                await TeeAsync(child.Output, target, file, token);
                await child.WaitForSuccessAsync(token);
            },
            compress: false, store.StagingFolder, cancellationToken);

    private static async Task TeeAsync(Stream source, Stream one, Stream other, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await one.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await other.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
