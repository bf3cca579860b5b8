using System.Globalization;
using Npgsql;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>
/// Runs <c>pg_basebackup</c>: what it writes goes sealed into a staged file, and as it came into a folder, where the backup is checked.
/// (Sealed, this Worker may be unable to read it.)
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
    /// <param name="unpacked">Is filled meanwhile.</param>
    /// <param name="cancellationToken">Gives up; nothing is left but what was unpacked.</param>
    /// <exception cref="ChildFailedException">A program failed: says what it said.</exception>
    public Task<StagedFile> MakeAsync(
        PostgresProgram program, NpgsqlConnectionStringBuilder connection, UnpackedCopy unpacked, CancellationToken cancellationToken) =>
        sealer.SealAsync(
            (sealing, token) => unpacked.FillAsync(
                async (unpacking, until) =>
                {
                    await using var child = await ChildProcess.StartAsync(new ChildProgram(program.Path, Arguments) { Environment = LibpqEnvironment.From(connection) });
                    await TeeAsync(child.Output, sealing, unpacking, until);
                    await child.WaitForSuccessAsync(until);
                },
                token),
            compress: false, store.StagingFolder, cancellationToken);

    private static async Task TeeAsync(Stream source, Stream one, Stream other, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await Task.WhenAll(
                one.WriteAsync(buffer.AsMemory(0, read), cancellationToken).AsTask(),
                other.WriteAsync(buffer.AsMemory(0, read), cancellationToken).AsTask());
        }
    }
}
