using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Backups;

/// <summary>
/// What a careful administrator's script does, and the Worker too: <c>pg_basebackup</c> with the same compression, encrypted with
/// <c>age</c> and unpacked on the way, then <c>pg_verifybackup</c>. Its restore decrypts and unpacks.
/// </summary>
internal sealed class ScriptedBaseBackup : IBackupTool
{
    private const string BackUp = """
        set -o pipefail
        "$0/pg_basebackup" --format=tar --pgdata=- --wal-method=fetch --checkpoint=fast --compress=client-zstd:3 --no-password |
            tee >(age -r "$1" >"$2") | tar --zstd -xf - -C "$3" && "$0/pg_verifybackup" --quiet "$3" && sync "$2"
        """;

    private readonly Workplace _place;
    private readonly ScratchPostgres _postgres;
    private readonly string _file;
    private readonly string _key;
    private readonly string _recipient;

    private ScriptedBaseBackup(Workplace place, ScratchPostgres postgres, string key, string recipient) =>
        (_place, _postgres, _key, _recipient, _file) = (place, postgres, key, recipient, place.ScratchFile($"scripted-{postgres.Port}.tar.zst.age"));

    public string Name => "script: pg_basebackup, age, pg_verifybackup";

    internal static async Task<ScriptedBaseBackup> CreateAsync(Workplace place, ScratchPostgres postgres, CancellationToken cancellation)
    {
        var key = place.ScratchFile($"scripted-{postgres.Port}.key");
        await Command.RunAsync("age-keygen", ["-o", key], cancellation);
        return new ScriptedBaseBackup(place, postgres, key, (await Command.RunAsync("age-keygen", ["-y", key], cancellation)).Trim());
    }

    public Task<TimedCommand> BackUpAsync(CancellationToken cancellation) => InFolderAsync(folder => TimedCommand.RunAsync(
        "bash", ["-c", BackUp, _place.PostgresBinaries, _recipient, _file, folder], cancellation, _postgres.AdministratorEnvironment));

    public long Size() => new FileInfo(_file).Length;

    public Task<TimedCommand> RestoreAsync(CancellationToken cancellation) => InFolderAsync(folder => TimedCommand.RunAsync(
        "bash", ["-c", "set -o pipefail; age -d -i \"$0\" \"$1\" | zstd -dc | tar -x -C \"$2\" && sync -f \"$2\"", _key, _file, folder], cancellation));

    private async Task<TimedCommand> InFolderAsync(Func<string, Task<TimedCommand>> run)
    {
        var folder = _place.ScratchFile($"scripted-{_postgres.Port}");
        Directory.CreateDirectory(folder);
        try
        {
            return await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
