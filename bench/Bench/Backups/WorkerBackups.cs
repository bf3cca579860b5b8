using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Backups;

/// <summary>
/// The Worker: a service that receives write-ahead log throughout, and its commands for what is timed. A backup is one when it is
/// encrypted, stored, read back and verified with <c>pg_verifybackup</c>.
/// </summary>
internal sealed class WorkerBackups : IBackupTool, IAsyncDisposable
{
    private readonly Workplace _place;
    private readonly string _home;
    private readonly Dictionary<string, string> _environment;
    private BackgroundProcess? _service;

    private WorkerBackups(Workplace place, string home, Dictionary<string, string> environment) => (_place, _home, _environment) = (place, home, environment);

    public string Name => "Worker";

    private string Store => Path.Combine(_home, "store");

    /// <summary>Makes keys and configuration; the service does not run yet.</summary>
    internal static async Task<WorkerBackups> CreateAsync(Stage stage, CancellationToken cancellation)
    {
        var home = stage.Place.ScratchFile($"worker-{stage.Postgres.Port}");
        Directory.CreateDirectory(home);
        var key = Path.Combine(home, "backup.key");
        await Command.RunAsync("age-keygen", ["-o", key], cancellation);
        var recipient = (await Command.RunAsync("age-keygen", ["-y", key], cancellation)).Trim();
        var scratch = Path.Combine(home, "scratch");
        Directory.CreateDirectory(scratch);
        return new WorkerBackups(stage.Place, home, new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ConnectionStrings__appdb-worker"] = stage.Postgres.ConnectionString("app_worker", stage.WorkerPassword),
            ["ConnectionStrings__appdb-backup"] = stage.Postgres.ConnectionString("app_backup", stage.BackupPassword),
            ["Backups__Folder"] = Path.Combine(home, "backups"),
            ["Backups__Store__Folder"] = Path.Combine(home, "store"),
            ["Backups__Encryption__Recipients__0"] = recipient,
            ["Backups__Encryption__IdentityFile"] = key,
        });
    }

    /// <summary>Starts the service, which receives write-ahead log from then on.</summary>
    /// <param name="stage">The server.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="strict">Commits wait for the spool.</param>
    /// <param name="spool">Where the log is received; beside the store when null.</param>
    internal async Task ReceiveAsync(Stage stage, CancellationToken cancellation, bool strict = false, string? spool = null)
    {
        _service = BackgroundProcess.Start(
            "Worker",
            "dotnet",
            [Assembly],
            _place.ScratchFile("worker.log"),
            new Dictionary<string, string>(_environment)
            {
                ["Backups__Wal__Strict"] = strict ? "true" : "false",
                ["Backups__Wal__Spool"] = spool ?? Path.Combine(_home, "backups", "spool"),
            });
        await _service.WaitUntilAsync(
            async () => await stage.Postgres.AskAsync<bool>(
                $"SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND (sync_state <> 'async' OR NOT {strict}))", cancellation),
            TimeSpan.FromMinutes(1),
            cancellation);
    }

    /// <summary>Waits for the base backup that the service makes by itself when its log begins.</summary>
    internal Task FirstBackupAsync(Stage stage, CancellationToken cancellation) => _service!.WaitUntilAsync(
        async () => await stage.Postgres.AskAsync<bool>(
            "SELECT EXISTS (SELECT FROM job_leases WHERE job = 'base-backup' AND last_outcome = 'succeeded' AND holder IS NULL AND due_at > now())", cancellation),
        TimeSpan.FromMinutes(5),
        cancellation);

    /// <summary>Stops the service; write-ahead log stays at the server from then on.</summary>
    internal async Task StopReceivingAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
            _service = null;
        }
    }

    /// <summary>CPU time of the service and its children so far.</summary>
    internal TimeSpan CpuTime() => _service is null ? TimeSpan.Zero : ProcessFamily.CpuTime(_service.Id);

    public async Task<TimedCommand> BackUpAsync(CancellationToken cancellation)
    {
        if (Directory.Exists(Path.Combine(Store, "base")))
        {
            Directory.Delete(Path.Combine(Store, "base"), recursive: true);
        }

        return await RunAsync(["backup", "create"], cancellation);
    }

    public long Size() => new DirectoryInfo(Path.Combine(Store, "base")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public async Task<TimedCommand> RestoreAsync(CancellationToken cancellation)
    {
        var target = Path.Combine(_home, "restored");
        try
        {
            return await RunAsync(["restore", "--to", "latest", "--target", target], cancellation);
        }
        finally
        {
            if (Directory.Exists(target))
            {
                Directory.Delete(target, recursive: true);
            }
        }
    }

    public async ValueTask DisposeAsync() => await StopReceivingAsync();

    private string Assembly => _place.Assembly("Worker", "ProductionReady.Worker");

    private Task<TimedCommand> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation) =>
        TimedCommand.RunAsync("dotnet", [Assembly, .. arguments], cancellation, _environment);
}
