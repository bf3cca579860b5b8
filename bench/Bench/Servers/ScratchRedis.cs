using System.Net.Sockets;
using System.Security.Cryptography;
using ProductionReady.Bench.Processes;

namespace ProductionReady.Bench.Servers;

/// <summary>A Redis of its own for one run: loopback, password, append-only persistence.</summary>
internal sealed class ScratchRedis : IAsyncDisposable
{
    private readonly BackgroundProcess _server;

    private ScratchRedis(BackgroundProcess server, string connectionString) =>
        (_server, ConnectionString) = (server, connectionString);

    /// <summary>For StackExchange.Redis.</summary>
    internal string ConnectionString { get; }

    internal static async Task<ScratchRedis> StartAsync(Workplace place, CancellationToken cancellation)
    {
        var home = place.ScratchFile("redis");
        Directory.CreateDirectory(home);
        var port = FreePort.Next();
        var password = RandomNumberGenerator.GetHexString(32);
        var configuration = Path.Combine(home, "redis.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"bind 127.0.0.1\nport {port}\nrequirepass {password}\nappendonly yes\ndir {home}\n",
            cancellation);
        var server = BackgroundProcess.Start("Redis", "redis-server", [configuration], Path.Combine(home, "log"));
        try
        {
            await server.WaitUntilAsync(() => ListensAsync(port), TimeSpan.FromSeconds(20), cancellation);
            return new ScratchRedis(server, $"127.0.0.1:{port},password={password}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
