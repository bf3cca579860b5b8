using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// Which network addresses may be connected to. A tenant's administrator chooses the names that this service looks up, and must
/// not reach through it what only this service can reach: itself, its neighbours, a cloud's metadata service.
/// </summary>
public sealed class AddressRules(IOptions<OidcOptions> options)
{
    // Of the IANA special-purpose registries all that is not globally reachable, and multicast.
    private static readonly IPNetwork[] NotPublic = Networks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Within 2000::/3: protocols (Teredo among them), documentation, and 6to4, which holds any IPv4 address.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private readonly IPNetwork[] _allowed = Networks(options.Value.AllowedNetworks);

    /// <summary>Whether a connection may be made.</summary>
    public bool Permit(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return (options.Value.AllowLoopbackHttp && IPAddress.IsLoopback(address))
            || _allowed.Any(network => network.Contains(address))
            || ((address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address))
                && !NotPublic.Any(network => network.Contains(address)));
    }

    /// <summary>
    /// Whether requests may be sent to it: <c>https</c>, or, where that is allowed, <c>http</c> to a loopback address; no user name
    /// and no fragment; a host that is an address is a permitted one.
    /// </summary>
    public bool Permit(Uri uri) =>
        uri.IsAbsoluteUri && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && uri.Host.Length > 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && options.Value.AllowLoopbackHttp))
        && (uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6) || Permit(IPAddress.Parse(uri.IdnHost)));

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(IPNetwork.Parse)];
}
