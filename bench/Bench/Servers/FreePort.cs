using System.Net;
using System.Net.Sockets;

namespace ProductionReady.Bench.Servers;

/// <summary>A loopback port that nobody listens on at this moment.</summary>
internal static class FreePort
{
    internal static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
