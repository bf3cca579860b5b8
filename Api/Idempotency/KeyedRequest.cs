using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Idempotency;

/// <summary>A request with a key.</summary>
/// <param name="TenantId">The caller's tenant.</param>
/// <param name="SubjectId">The caller.</param>
/// <param name="Key">The caller's name for the request.</param>
/// <param name="Fingerprint">What it asks for; see <see cref="RequestFingerprint"/>.</param>
public sealed record KeyedRequest(Guid TenantId, Guid SubjectId, string Key, byte[] Fingerprint)
{
    /// <summary>
    /// The advisory lock of the key: 64 bits of SHA-256, so that nobody can choose a key that meets another's lock.
    /// </summary>
    public long Lock()
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"{nameof(KeyedRequest)}/{TenantId}/{SubjectId}/{Key}"));
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
