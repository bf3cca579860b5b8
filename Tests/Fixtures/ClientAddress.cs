using System.Net;
using System.Net.Sockets;

namespace ProductionReady.Tests.Fixtures;

/// <summary>Clients that call from other addresses of the loopback network.</summary>
public static class ClientAddress
{
    /// <summary>A client without credentials.</summary>
    /// <param name="server">Whom it calls.</param>
    /// <param name="host">It calls from 127.0.0.<paramref name="host"/>.</param>
    public static HttpClient NewClient(Uri server, byte host) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, host]), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = server,
    };
}
