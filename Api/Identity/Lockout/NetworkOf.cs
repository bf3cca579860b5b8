using System.Net;
using System.Net.Sockets;

namespace ProductionReady.Api.Identity.Lockout;

/// <summary>Whom an address stands for.</summary>
public static class NetworkOf
{
    private const int Ipv6NetworkLength = 8;

    /// <summary>
    /// The bytes of an IPv4 address, also of one that is written as IPv6, or the first 64 bits of an IPv6 one: a provider gives
    /// each customer that many addresses. Empty for none.
    /// </summary>
    public static byte[] Address(IPAddress? address) => address switch
    {
        null => [],
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().GetAddressBytes(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => address.GetAddressBytes()[..Ipv6NetworkLength],
        _ => address.GetAddressBytes(),
    };
}
