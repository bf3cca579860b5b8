using System.Security.Cryptography;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>A public RSA key that tokens may be signed with.</summary>
public sealed class VerificationKey(string kid, byte[] publicKey, DateTimeOffset? retiresAt)
{
    private readonly RsaPool _pool = new();

    /// <summary>Key id.</summary>
    public string Kid => kid;

    /// <summary>From when on it is not accepted.</summary>
    public DateTimeOffset? RetiresAt => retiresAt;

    /// <summary>Whether it is not accepted any more.</summary>
    public bool IsRetired(DateTimeOffset now) => retiresAt <= now;

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2).</summary>
    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        var rsa = _pool.Take(made => made.ImportSubjectPublicKeyInfo(publicKey, out _));
        try
        {
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            _pool.Return(rsa);
        }
    }

    /// <summary>Modulus and exponent, for the published key set.</summary>
    public RSAParameters Parameters()
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(publicKey, out _);
        return rsa.ExportParameters(includePrivateParameters: false);
    }
}
