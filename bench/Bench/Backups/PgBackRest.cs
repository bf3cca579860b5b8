using ProductionReady.Bench.Processes;
using ProductionReady.Bench.Servers;

namespace ProductionReady.Bench.Backups;

/// <summary>Debian's pgBackRest with the same compression, its cipher on and a process for each core; its repository is a folder too.</summary>
internal sealed class PgBackRest : IBackupTool
{
    private const string Stanza = "bench";
    private readonly Workplace _place;
    private readonly ScratchPostgres _postgres;
    private readonly string _home;

    private PgBackRest(Workplace place, ScratchPostgres postgres) => (_place, _postgres, _home) = (place, postgres, place.ScratchFile($"pgbackrest-{postgres.Port}"));

    private string Configuration => Path.Combine(_home, "pgbackrest.conf");

    public string Name => "pgBackRest, zst 3, aes-256-cbc";

    internal static async Task<PgBackRest> CreateAsync(Workplace place, ScratchPostgres postgres, CancellationToken cancellation)
    {
        var tool = new PgBackRest(place, postgres);
        Directory.CreateDirectory(tool._home);
        await File.WriteAllTextAsync(tool.Configuration, $"""
            [global]
            repo1-path={Path.Combine(tool._home, "repository")}
            repo1-cipher-type=aes-256-cbc
            process-max=2
            compress-type=zst
            compress-level=3
            lock-path={Path.Combine(tool._home, "lock")}
            spool-path={Path.Combine(tool._home, "spool")}
            log-level-file=off
            log-level-console=warn
            [{Stanza}]
            pg1-path={postgres.DataFolder}
            pg1-socket-path={postgres.SocketFolder}
            pg1-port={postgres.Port}
            pg1-user=postgres

            """, cancellation);
        if (ScratchPostgres.Account is { } account)
        {
            await Command.RunAsync("chown", ["-R", account, tool._home], cancellation);
        }

        await tool.RunAsync(["stanza-create"], cancellation);
        return tool;
    }

    public async Task<TimedCommand> BackUpAsync(CancellationToken cancellation)
    {
        Directory.Delete(Path.Combine(_home, "repository"), recursive: true);
        await RunAsync(["stanza-create"], cancellation);
        return await RunAsync(["backup", "--type=full", "--start-fast", "--no-archive-check"], cancellation);
    }

    public long Size() => new DirectoryInfo(Path.Combine(_home, "repository", "backup")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public async Task<TimedCommand> RestoreAsync(CancellationToken cancellation)
    {
        var target = Path.Combine(_home, "restored");
        await Command.RunAsync("mkdir", [target], cancellation, asUser: ScratchPostgres.Account);
        try
        {
            return await RunAsync(["restore", "--type=none"], cancellation, $"--pg1-path={target}");
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    // Options that a command does not know are an error on its command line, and none in a file.
    private Task<TimedCommand> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation, params string[] more) => TimedCommand.RunAsync(
        "pgbackrest",
        [$"--config={Configuration}", $"--stanza={Stanza}", .. more, .. arguments],
        cancellation,
        new Dictionary<string, string>(_postgres.AdministratorEnvironment) { ["PGBACKREST_REPO1_CIPHER_PASS"] = "a passphrase of the bench" },
        ScratchPostgres.Account);
}
