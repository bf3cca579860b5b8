using System.Runtime.Versioning;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>
/// A server of its own with folders for a Worker's spool and store, and the configuration of Workers that back it up. Nothing comes
/// by schedule in a test's time.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class BackedUpCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-backups-");

    private BackedUpCluster(OwnCluster server) => (Server, Log) = (server, new LogInStore(this));

    /// <summary>The write-ahead log in the store.</summary>
    public LogInStore Log { get; }

    /// <summary>The file with the private key.</summary>
    public string IdentityFile => Configuration["Backups__Encryption__IdentityFile"];

    /// <summary>Where a Worker receives unless it is told otherwise.</summary>
    public string SpoolFolder => Path.Combine(BackupFolder, "spool");

    /// <summary>The server.</summary>
    public OwnCluster Server { get; }

    /// <summary>What is under the Worker's <c>Backups:Folder</c>.</summary>
    public string BackupFolder => Path.Combine(_folder.FullName, "backups");

    /// <summary>The store.</summary>
    public string StoreFolder => Path.Combine(_folder.FullName, "store");

    /// <summary>A folder for the test's own files.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Configuration of a Worker.</summary>
    public Dictionary<string, string> Configuration { get; } = [];

    /// <summary>Starts the server.</summary>
    public static Task<BackedUpCluster> StartAsync(App app, params string[] settings) => StartAsync(app, clock: null, settings);

    /// <summary>Starts the server with a clock that the Workers have too.</summary>
    public static async Task<BackedUpCluster> StartAsync(App app, MovedClock? clock, params string[] settings)
    {
        var cluster = new BackedUpCluster(await OwnCluster.StartAsync(app, clock, settings));
        var key = await BackupKey.CreateAsync(cluster.Folder);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            [$"ConnectionStrings__{ResourceNames.WorkerDatabase}"] = cluster.Server.As("app_worker"),
            [$"ConnectionStrings__{ResourceNames.BackupDatabase}"] = cluster.Server.As("app_backup"),
            ["Backups__Folder"] = cluster.BackupFolder,
            ["Backups__Store__Folder"] = cluster.StoreFolder,
            ["Backups__Encryption__Recipients__0"] = key.Recipient,
            ["Backups__Encryption__IdentityFile"] = key.IdentityFile,
            ["Backups__Wal__Enabled"] = "false",
            ["Leases__Duration"] = "00:00:02",
            ["Leases__PollInterval"] = "00:00:01",
            ["Backups__Schedule"] = "0 0 0 1 1 ?",
            ["Backups__Drill__Schedule"] = "0 0 0 1 1 ?",
            ["Backups__Dump__Schedule"] = "0 0 0 1 1 ?",
            ["Backups__Configuration__Schedule"] = "0 0 0 1 1 ?",
            ["Backups__Retention__Schedule"] = "0 0 0 1 1 ?",
            ["Backups__OffSite__Schedule"] = "0 0 0 1 1 ?",
            ["Maintenance__TokenCleanup__Schedule"] = "0 0 0 1 1 ?",
            ["Audit__PartitionSchedule"] = "0 0 0 1 1 ?",
            ["Audit__VerificationSchedule"] = "0 0 0 1 1 ?",
            ["Tenants__Erasure__Schedule"] = "0 0 0 1 1 ?",
            ["Tenants__Usage__Schedule"] = "0 0 0 1 1 ?",
            ["Tenants__Directory__Schedule"] = "0 0 0 1 1 ?",
        })
        {
            cluster.Configuration[name] = value;
        }

        foreach (var (name, value) in clock?.Environment ?? new Dictionary<string, string>())
        {
            cluster.Configuration[name] = value;
        }

        return cluster;
    }

    /// <summary>The system identifier.</summary>
    public Task<string> SystemIdAsync() => Server.QueryAsync<string>("SELECT system_identifier::text FROM pg_control_system()");

    /// <summary>Waits for the base backup that a Worker makes by itself when it begins to receive.</summary>
    public Task HasBaseBackupAsync() => Eventually.BecomesTrueAsync("there is a base backup and its run has ended", TimeSpan.FromSeconds(90), () => Server.QueryAsync<bool>(
        "SELECT EXISTS (SELECT FROM job_leases WHERE job = 'base-backup' AND last_outcome = 'succeeded' AND holder IS NULL)"));

    /// <summary>Runs a command of the Worker to its end.</summary>
    public Task<ServiceRun> RunAsync(params string[] arguments) => ServiceRun.OfAsync("Worker", Configuration, arguments);

    /// <summary>Starts a Worker that receives the log, or waits until it may.</summary>
    public WorkerProcess StartReceiving(params (string Key, string Value)[] settings) => Start([], [("Backups__Wal__Enabled", "true"), .. settings]);

    /// <summary>Starts a Worker, as a service without arguments, with settings beside the cluster's own.</summary>
    public WorkerProcess Start(string[] arguments, params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string>(Configuration);
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        return new WorkerProcess(ServiceRun.Start("Worker", configuration, arguments));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
