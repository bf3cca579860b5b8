using System.Net;
using System.Net.Sockets;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// Connects to permitted addresses alone. The check is on the addresses that the connection is then made to, so a name that
/// resolves to something else a moment later gains nothing; and a name with one forbidden address among others is refused.
/// </summary>
public sealed class GuardedConnector(AddressRules rules)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="AddressRefusedException">The name resolves to a forbidden address.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (!addresses.All(rules.Permit))
        {
            throw new AddressRefusedException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name resolves to an address that is not connected to.</summary>
public sealed class AddressRefusedException(string host) : IOException($"{host} has an address that is not public.");
