using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Npgsql;
using ProductionReady.AppHost.Embedded;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Worker.Backups;

/// <summary>A PostgreSQL server that initdb has just made, on loopback, trusting everybody.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EmptyServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("productionready-empty-");
    private readonly int _port = FreePort();
    private Process? _server;

    private EmptyServer()
    {
    }

    /// <summary>Makes and starts one.</summary>
    public static async Task<EmptyServer> StartAsync()
    {
        var server = new EmptyServer();
        var data = Path.Combine(server._folder.FullName, "data");
        if (Environment.IsPrivilegedProcess)
        {
            await ShellAsync($"chown postgres {server._folder.FullName}");
        }

        await ShellAsync($"{AsAccount("")}{PostgresBinaries.Find("initdb")} -D {data} -U postgres -A trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions");
        server._server = GuardedProcess.Start(new ProcessStartInfo("sh", ["-c",
            $"exec {AsAccount("--pdeathsig KILL")}{PostgresBinaries.Find("postgres")} -D {data} -c listen_addresses=127.0.0.1 -c port={server._port} -c unix_socket_directories= -c fsync=off >{data}.log 2>&1"]));
        await Eventually.BecomesTrueAsync("the server answers", TimeSpan.FromSeconds(60), async () =>
        {
            try
            {
                return await server.QueryAsync("SELECT 'yes'", "postgres") == "yes";
            }
            catch (NpgsqlException) when (!server._server.HasExited)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>The superuser's connection string to a database.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = _port, Username = "postgres", Password = "not asked for", Database = database, Pooling = false }.ConnectionString;

    /// <summary>The address as libpq's programs take it.</summary>
    public string Address(string database) => $"postgresql://postgres@127.0.0.1:{_port}/{database}";

    /// <summary>The one text of a query.</summary>
    public async Task<string> QueryAsync(string sql, string database = "appdb")
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Runs a file of SQL.</summary>
    public Task PsqlAsync(string database, string file, bool stopAtErrors = true) =>
        ShellAsync($"{PostgresBinaries.Find("psql")} -q -X {(stopAtErrors ? "-v ON_ERROR_STOP=1" : "")} -f {file} {Address(database)} > /dev/null");

    /// <summary>Runs a command of the shell; anything but success fails the caller.</summary>
    public static async Task ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; {command}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{command}\n{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { HasExited: false })
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
        }

        _server?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>What a command begins with, as the account that PostgreSQL may run as.</summary>
    private static string AsAccount(string options) => $"setpriv {options} {(Environment.IsPrivilegedProcess ? "--reuid=postgres --regid=postgres --init-groups" : "--no-new-privs")} -- ";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
