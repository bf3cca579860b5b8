using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Backups;

/// <summary><c>pg_dump -Fc</c> with its own compression, restored with <c>pg_restore</c> on both cores into a new database of the same server.</summary>
internal sealed class Dump(Workplace place, ScratchPostgres postgres) : IBackupTool
{
    private const string Restored = "restored";
    private readonly string _file = place.ScratchFile("appdb.dump");

    public string Name => "pg_dump -Fc";

    public async Task<TimedCommand> BackUpAsync(CancellationToken cancellation)
    {
        File.Delete(_file);
        return await TimedCommand.RunAsync(
            Path.Combine(place.PostgresBinaries, "pg_dump"), ["--format=custom", $"--file={_file}", "--no-password"], cancellation, postgres.AdministratorEnvironment);
    }

    public long Size() => new FileInfo(_file).Length;

    public async Task<TimedCommand> RestoreAsync(CancellationToken cancellation)
    {
        await postgres.ExecuteAsync($"CREATE DATABASE {Restored}", cancellation);
        try
        {
            return await TimedCommand.RunAsync(
                Path.Combine(place.PostgresBinaries, "pg_restore"),
                [$"--dbname={Restored}", "--jobs=2", "--no-password", _file],
                cancellation,
                postgres.AdministratorEnvironment);
        }
        finally
        {
            await postgres.ExecuteAsync($"DROP DATABASE {Restored}", cancellation);
        }
    }
}
