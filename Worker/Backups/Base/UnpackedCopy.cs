using System.Text.Json;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Sealing;
using ProductionReady.Worker.Processes;

namespace ProductionReady.Worker.Backups.Base;

/// <summary>A base backup that was unpacked to be checked. Done at low priority: nobody waits for it.</summary>
/// <param name="folder">Full path.</param>
public sealed class UnpackedCopy(string folder)
{
    /// <summary>Unpacks a compressed tar as it is written.</summary>
    /// <param name="write">Writes the tar.</param>
    /// <param name="cancellationToken">Gives up; what was unpacked stays.</param>
    /// <exception cref="ChildFailedException">It is no such tar, or there is no room.</exception>
    public Task FillAsync(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(folder);
        return Filter.RunAsync(write, [AtLowPriority("tar", "--zstd", "--blocking-factor=128", "-xf", "-", "-C", folder)], DrainAsync, cancellationToken);
    }

    /// <summary>Compares every file with the manifest that the server wrote, and reads the log that came with them.</summary>
    /// <param name="server">Version of the server, whose log only programs of its own major version read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChildFailedException">They differ.</exception>
    public async Task VerifyAsync(string server, CancellationToken cancellationToken)
    {
        var program = await PostgresProgram.FindAsync("pg_verifybackup", cancellationToken);
        string[] filesAlone = program.Major == PostgresProgram.MajorOf(server) ? [] : ["--no-parse-wal"];
        await using var child = await ChildProcess.StartAsync(AtLowPriority([program.Path, "--exit-on-error", "--quiet", .. filesAlone, folder]));
        await DrainAsync(child.Output, cancellationToken);
        await child.WaitForSuccessAsync(cancellationToken);
    }

    /// <summary>The log that must be replayed, as the manifest names it.</summary>
    public async Task<WalSpan> WalAsync(int segmentSize, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path.Combine(folder, "backup_manifest"));
        using var manifest = await JsonDocument.ParseAsync(file, cancellationToken: cancellationToken);
        var ranges = manifest.RootElement.GetProperty("WAL-Ranges").EnumerateArray().ToList();
        return new WalSpan(
            ranges[^1].GetProperty("Timeline").GetUInt32(), ranges[0].GetProperty("Start-LSN").GetString()!, ranges[^1].GetProperty("End-LSN").GetString()!, segmentSize);
    }

    private static ChildProgram AtLowPriority(params string[] command) => new("nice", ["-n", "10", .. command]);

    private static async Task<bool> DrainAsync(Stream output, CancellationToken cancellationToken)
    {
        await output.CopyToAsync(Stream.Null, cancellationToken);
        return true;
    }
}
