using System.Net;
using System.Net.Sockets;

namespace ProductionReady.Api.Requests;

/// <summary>Whom an address stands for: what is counted by address is counted for this.</summary>
public static class NetworkOf
{
    /// <summary>Bytes that <see cref="Write"/> needs room for.</summary>
    public const int MaxLength = 16;

    private const int Ipv6NetworkLength = 8;
    private const int MappedIpv4Start = 12;

    /// <summary>
    /// The bytes of an IPv4 address, also of one that is written as IPv6, or the first 64 bits of an IPv6 one: a provider gives
    /// each customer that many addresses. Empty for none.
    /// </summary>
    public static byte[] Address(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        return bytes[..Write(address, bytes)].ToArray();
    }

    /// <summary>The same without an allocation; what is left of <paramref name="bytes"/> becomes zero.</summary>
    /// <param name="address">The address, or null for none.</param>
    /// <param name="bytes">Room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many were written.</returns>
    public static int Write(IPAddress? address, Span<byte> bytes)
    {
        var length = 0;
        address?.TryWriteBytes(bytes, out length);
        if (address is { IsIPv4MappedToIPv6: true })
        {
            bytes[MappedIpv4Start..length].CopyTo(bytes);
            length -= MappedIpv4Start;
        }
        else if (address is { AddressFamily: AddressFamily.InterNetworkV6 })
        {
            length = Ipv6NetworkLength;
        }

        bytes[length..].Clear();
        return length;
    }
}
