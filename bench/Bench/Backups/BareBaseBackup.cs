using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Backups;

/// <summary><c>pg_basebackup</c> alone, with the compression the Worker asks for, into one file; nothing encrypted, read back or verified.</summary>
internal sealed class BareBaseBackup(Workplace place, ScratchPostgres postgres) : IBackupTool
{
    private readonly string _file = place.ScratchFile("bare.tar.zst");

    public string Name => "pg_basebackup, zstd:3";

    public async Task<TimedCommand> BackUpAsync(CancellationToken cancellation)
    {
        File.Delete(_file);
        return await TimedCommand.RunAsync(
            "bash",
            ["-c", "\"$0\" --format=tar --pgdata=- --wal-method=none --checkpoint=fast --compress=client-zstd:3 --no-password >\"$1\" && sync \"$1\"", Path.Combine(place.PostgresBinaries, "pg_basebackup"), _file],
            cancellation,
            postgres.AdministratorEnvironment);
    }

    public long Size() => new FileInfo(_file).Length;

    /// <summary>Unpacks it: the files alone, which without write-ahead log do not start.</summary>
    public async Task<TimedCommand> RestoreAsync(CancellationToken cancellation)
    {
        var target = place.ScratchFile("bare-restored");
        Directory.CreateDirectory(target);
        try
        {
            return await TimedCommand.RunAsync(
                "bash", ["-c", "set -o pipefail; zstd -dc \"$0\" | tar -x -C \"$1\" && sync -f \"$1\"", _file, target], cancellation);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }
}
