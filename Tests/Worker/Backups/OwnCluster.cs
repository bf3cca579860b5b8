using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.AppHost.Embedded;
using ProductionReady.ServiceDefaults;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>
/// A PostgreSQL server for one test, with a migrated database, that the test may kill and whose files it may destroy. Listens on
/// loopback and trusts everybody.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnCluster : IAsyncDisposable
{
    private const string Account = "postgres";
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(60);
    private static readonly SemaphoreSlim OneTemplate = new(1, 1);
    private static DirectoryInfo? _template;

    private readonly DirectoryInfo _folder;
    private readonly IReadOnlyList<string> _settings;
    private readonly MovedClock? _clock;
    private Process? _server;

    private OwnCluster(DirectoryInfo folder, IReadOnlyList<string> settings, MovedClock? clock = null) => (_folder, _settings, _clock) = (folder, settings, clock);

    /// <summary>The server's data folder.</summary>
    public string DataFolder => Path.Combine(_folder.FullName, "data");

    /// <summary>The server's port; the same over restarts.</summary>
    public int Port { get; } = FreePort();

    /// <summary>The superuser's connection string to the application's database.</summary>
    public string AdminConnectionString => As("postgres");

    /// <summary>A server with the application's roles and its migrated, empty database <c>appdb</c>.</summary>
    /// <param name="app">For the passwords the MigrationService wants; nobody checks them here.</param>
    /// <param name="settings">Such as <c>max_slot_wal_keep_size=64MB</c>.</param>
    public static Task<OwnCluster> StartAsync(App app, params string[] settings) => StartAsync(app, clock: null, settings);

    /// <summary>A server with a clock of its own.</summary>
    public static async Task<OwnCluster> StartAsync(App app, MovedClock? clock, params string[] settings)
    {
        await OneTemplate.WaitAsync();
        try
        {
            _template ??= await MakeTemplateAsync(app);
        }
        finally
        {
            OneTemplate.Release();
        }

        var cluster = new OwnCluster(NewFolder(), settings, clock);
        await RunAsync("cp", "-a", _template.FullName, cluster.DataFolder);
        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>A server on a copy of nothing but a data folder that somebody restored; takes the folder over.</summary>
    public static async Task<OwnCluster> OpenAsync(string restored, params string[] settings)
    {
        var cluster = new OwnCluster(NewFolder(), settings);
        Directory.Move(restored, cluster.DataFolder);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "-R", Account, cluster.DataFolder);
        }

        await cluster.StartAsync();
        return cluster;
    }

    /// <summary>The connection string of a role to a database. Pooled: a session of its own for each question would be most of a test's work.</summary>
    public string As(string role, string database = ResourceNames.AppDatabase) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = role,
        Password = "not asked for",
        Database = database,
        ConnectionIdleLifetime = 10,
    }.ConnectionString;

    /// <summary>Runs SQL as the superuser in the application's database; may wait for minutes, as a commit does that nobody confirms.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 180 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The one value of a query as the superuser in the application's database.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Starts the server, for the first time or after a kill, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", .. AsAccount(), "--",
            "env", .. (_clock?.Environment ?? new Dictionary<string, string>()).Select(each => $"{each.Key}={each.Value}"), PostgresBinaries.Find("postgres"), "-D", DataFolder,
            "-c", "dynamic_shared_memory_type=mmap", "-c", "listen_addresses=127.0.0.1", "-c", $"port={Port}", "-c", "unix_socket_directories=", "-c", "shared_buffers=32MB",
            .. _settings.SelectMany(setting => new[] { "-c", setting })])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _server = GuardedProcess.Start(start);
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
        await Eventually.BecomesTrueAsync("the server answers", AnswersWithin, async () =>
        {
            try
            {
                return await QueryAsync<bool>("SELECT NOT pg_is_in_recovery()");
            }
            catch (NpgsqlException) when (!_server.HasExited)
            {
                return false;
            }
        });
    }

    /// <summary>kill -9 of the server with all its processes: as if the machine had lost its power.</summary>
    public void Kill()
    {
        if (_server is { HasExited: false })
        {
            _server.Kill(entireProcessTree: true);
            _server.WaitForExit();
        }

        using var gone = new NpgsqlConnection(AdminConnectionString);
        NpgsqlConnection.ClearPool(gone);
    }

    /// <summary>The disk is gone too.</summary>
    public void DeleteData() => Directory.Delete(DataFolder, recursive: true);

    public ValueTask DisposeAsync()
    {
        Kill();
        _server?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<DirectoryInfo> MakeTemplateAsync(App app)
    {
        var made = new OwnCluster(NewFolder(), []);
        await RunAsync("setpriv", [.. AsAccount(), "--", PostgresBinaries.Find("initdb"), "-D", made.DataFolder, "-U", "postgres",
            "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync", "--no-instructions"]);
        await File.AppendAllTextAsync(Path.Combine(made.DataFolder, "pg_hba.conf"), "host replication all 127.0.0.1/32 trust\n");
        await made.StartOnMaintenanceAsync();
        await MigrationRun.UpAsync(made.AdminConnectionString, app);
        await RunAsync("kill", "-INT", $"{made._server!.Id}");
        await made._server.WaitForExitAsync();
        var template = new DirectoryInfo(made.DataFolder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => template.Parent!.Delete(recursive: true);
        return template;
    }

    private async Task StartOnMaintenanceAsync()
    {
        await RunAsync("setpriv", [.. AsAccount(), "--", "sh", "-c", $"echo 'CREATE DATABASE {ResourceNames.AppDatabase}' | {PostgresBinaries.Find("postgres")} --single -D {DataFolder} postgres"]);
        await StartAsync();
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);
    }

    private static string[] AsAccount() => Environment.IsPrivilegedProcess ? [$"--reuid={Account}", $"--regid={Account}", "--init-groups"] : [];

    private static DirectoryInfo NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("productionready-cluster-");
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", [Account, folder.FullName]);
            chown.WaitForExit();
            chown.ExitCode.ShouldBe(0);
        }

        return folder;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
