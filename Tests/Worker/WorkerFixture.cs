using Npgsql;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker;

/// <summary>A fresh database and an empty backup folder for a test class, and Workers started on them as an operator would.</summary>
public sealed class WorkerFixture(App app) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-worker-");

    /// <summary>Where the Workers put backups; not made before the first.</summary>
    public string BackupFolder => Path.Combine(_folder.FullName, "backups");

    /// <summary>The store, in it; not made before the first.</summary>
    public string StoreFolder => Path.Combine(BackupFolder, "store");

    /// <summary>The key that opens what the Workers store.</summary>
    public BackupKey BackupKey { get; private set; } = null!;

    /// <summary>A folder for the tests' own files.</summary>
    public string Folder => _folder.FullName;

    /// <summary>The superuser's connection string to the class's database.</summary>
    public string AdminConnectionString { get; private set; } = null!;

    /// <summary>The connection string of <c>app_worker</c> to it.</summary>
    public string WorkerConnectionString { get; private set; } = null!;

    /// <summary>Configuration of a Worker whose leases last two seconds and whose schedules never come in a test's time.</summary>
    public Dictionary<string, string> Configuration { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        BackupKey = await BackupKey.CreateAsync(Folder);
        AdminConnectionString = await app.Postgres.CreateDatabaseAsync();
        WorkerConnectionString = await app.Postgres.AsAsync(ResourceNames.WorkerDatabase, AdminConnectionString);
        Configuration = new Dictionary<string, string>
        {
            [$"ConnectionStrings__{ResourceNames.WorkerDatabase}"] = WorkerConnectionString,
            [$"ConnectionStrings__{ResourceNames.BackupDatabase}"] = await app.Postgres.AsAsync(ResourceNames.BackupDatabase, AdminConnectionString),
            ["Backups__Folder"] = BackupFolder,
            ["Backups__Encryption__Recipients__0"] = BackupKey.Recipient,
            ["Backups__Encryption__IdentityFile"] = BackupKey.IdentityFile,
            ["Backups__Wal__Enabled"] = "false",
            ["Leases__Duration"] = "00:00:02",
            ["Leases__PollInterval"] = "00:00:01",
            ["Backups__Schedule"] = "0 0 0 1 1 ?",
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
        };
    }

    /// <summary>Runs a command of the Worker to its end.</summary>
    public Task<ServiceRun> RunAsync(params string[] arguments) => ServiceRun.OfAsync("Worker", Configuration, arguments);

    /// <summary>Starts a Worker, as a service without arguments, with settings beside the class's own.</summary>
    public WorkerProcess Start(string[] arguments, params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string>(Configuration);
        foreach (var (key, value) in settings)
        {
            configuration[key] = value;
        }

        return new WorkerProcess(ServiceRun.Start("Worker", configuration, arguments));
    }

    /// <summary>Runs SQL as the superuser, whom row-level security does not bind.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value of a query as the superuser.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await PostgresServer.HasBeenLeftAsync(AdminConnectionString);
    }
}
