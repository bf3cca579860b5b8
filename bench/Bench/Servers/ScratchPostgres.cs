using System.Security.Cryptography;
using Npgsql;
using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Servers;

/// <summary>A PostgreSQL of its own for one run: loopback, SCRAM, durable commits, checksums.</summary>
internal sealed class ScratchPostgres : IAsyncDisposable
{
    /// <summary>The database that everything uses.</summary>
    internal const string Database = "appdb";

    private const string Administrator = "postgres";
    private readonly BackgroundProcess _server;
    private readonly int _port;
    private readonly string _password;
    private readonly string _home;

    private ScratchPostgres(BackgroundProcess server, int port, string password, string home) =>
        (_server, _port, _password, _home) = (server, port, password, home);

    /// <summary>Whom it runs as: PostgreSQL refuses root. Null for the user of this program.</summary>
    internal static string? Account => Environment.IsPrivilegedProcess ? "postgres" : null;

    internal string DataFolder => Path.Combine(_home, "data");

    /// <summary>Where its Unix socket is; the way in for tools that read its files themselves.</summary>
    internal string SocketFolder => _home;

    internal int Port => _port;

    /// <summary>A connection string of the superuser.</summary>
    internal string AsAdministrator => ConnectionString(Administrator, _password);

    /// <summary>The superuser's name and password as libpq's environment variables.</summary>
    internal IReadOnlyDictionary<string, string> AdministratorEnvironment => new Dictionary<string, string>
    {
        ["PGHOST"] = "127.0.0.1",
        ["PGPORT"] = $"{_port}",
        ["PGUSER"] = Administrator,
        ["PGPASSWORD"] = _password,
        ["PGDATABASE"] = Database,
    };

    internal string ConnectionString(string user, string password, string database = Database) =>
        $"Host=127.0.0.1;Port={_port};Database={database};Username={user};Password={password}";

    /// <summary>CPU time of the server and its backends so far.</summary>
    internal TimeSpan CpuTime() => ProcessFamily.CpuTime(_server.Id);

    internal static async Task<ScratchPostgres> StartAsync(Workplace place, CancellationToken cancellation)
    {
        var user = Account;
        var port = FreePort.Next();
        var home = place.ScratchFile($"postgres-{port}");
        Directory.CreateDirectory(home);
        var password = RandomNumberGenerator.GetHexString(32);
        var passwordFile = Path.Combine(home, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancellation);
        if (user is not null)
        {
            await Command.RunAsync("chown", ["-R", user, home], cancellation);
        }

        var data = Path.Combine(home, "data");
        await Command.RunAsync(
            Path.Combine(place.PostgresBinaries, "initdb"),
            ["-D", data, "-U", Administrator, "--pwfile", passwordFile, "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8"],
            cancellation,
            asUser: user);
        var server = BackgroundProcess.Start(
            "PostgreSQL",
            Path.Combine(place.PostgresBinaries, "postgres"),
            ["-D", data, .. Settings(port, home)],
            Path.Combine(home, "log"),
            stopWith: Signal.Interrupt,
            asUser: user);
        var postgres = new ScratchPostgres(server, port, password, home);
        try
        {
            await server.WaitUntilAsync(postgres.AnswersAsync, TimeSpan.FromSeconds(60), cancellation);
            await postgres.ExecuteAsync($"CREATE DATABASE {Database}", cancellation, "postgres");
            return postgres;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Executes statements as the superuser.</summary>
    internal async Task ExecuteAsync(string sql, CancellationToken cancellation, string database = Database)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(Administrator, _password, database));
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The one value of a query as the superuser.</summary>
    internal async Task<T> AskAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(AsAdministrator);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _server.DisposeAsync();
    }

    private static IEnumerable<string> Settings(int port, string home) => ((string[])
    [
        $"port={port}",
        "listen_addresses=127.0.0.1",
        $"unix_socket_directories={home}",
        "max_connections=300",
        "shared_buffers=512MB",
        "max_wal_size=4GB",
    ]).SelectMany(setting => (string[])["-c", setting]);

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1", CancellationToken.None, "postgres");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
