using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Run;

/// <summary>
/// Finds ports nobody listens on, below those that the kernel gives to outgoing connections: one of these could take a port
/// between the moment it is found free and the moment a process listens on it.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly Lock Changes = new();
    private static readonly HashSet<int> Taken = [];

    public static int Take()
    {
        lock (Changes)
        {
            for (var attempt = 0; attempt < 1_000; attempt++)
            {
                var port = Random.Shared.Next(First, Last);
                if (!Taken.Contains(port) && IsFree(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || IsFree(IPAddress.IPv6Loopback, port)))
                {
                    Taken.Add(port);
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"There is no free port between {First} and {Last}.");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException e)
        {
            // A machine without IPv6 addresses cannot have the port in use there.
            return e.SocketErrorCode == SocketError.AddressNotAvailable;
        }
    }
}
