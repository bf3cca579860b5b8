using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ProductionReady.Api.Requests;

namespace ProductionReady.Api.RateLimits;

/// <summary>Whom a permit is counted for. The partition is 128 bits, so that a key holds no personal data and costs no memory of its own.</summary>
/// <param name="Policy">What is counted.</param>
/// <param name="Partition">An id, an address or a hash.</param>
public readonly record struct RateLimitKey(RateLimitPolicy Policy, UInt128 Partition)
{
    /// <summary>By user, tenant or another id.</summary>
    public static RateLimitKey Of(RateLimitPolicy policy, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return new(policy, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>By address; what <see cref="NetworkOf"/> says counts as one.</summary>
    public static RateLimitKey Of(RateLimitPolicy policy, IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[NetworkOf.MaxLength];
        NetworkOf.Write(address, bytes);
        return new(policy, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>By a text, such as the name of an account, of which only a hash is kept.</summary>
    public static RateLimitKey Of(RateLimitPolicy policy, string text) =>
        new(policy, BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}
