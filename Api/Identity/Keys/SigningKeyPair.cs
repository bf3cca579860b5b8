using System.Security.Cryptography;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>The private half of a key, opened. It signs; it never leaves this process.</summary>
/// <param name="Kid">Key id.</param>
/// <param name="Pkcs8">Private key as DER PKCS #8 (RFC 5208).</param>
public sealed record SigningKeyPair(string Kid, byte[] Pkcs8)
{
    /// <summary>Modulus length of new keys, in bits.</summary>
    public const int Bits = 2048;

    private readonly RsaPool _pool = new();

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256 over the bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes)
    {
        var rsa = _pool.Take(made => made.ImportPkcs8PrivateKey(Pkcs8, out _));
        try
        {
            return rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            _pool.Return(rsa);
        }
    }

    /// <summary>Whether the public key, as SubjectPublicKeyInfo, is this key's other half.</summary>
    public bool Matches(ReadOnlySpan<byte> publicKey)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Pkcs8, out _);
        return publicKey.SequenceEqual(rsa.ExportSubjectPublicKeyInfo());
    }

    /// <summary>A new pair and its public half as SubjectPublicKeyInfo; the id is the key's thumbprint (RFC 7638).</summary>
    public static (SigningKeyPair Pair, byte[] PublicKey) Create()
    {
        using var rsa = RSA.Create(Bits);
        var kid = JsonWebKey.Of("", rsa.ExportParameters(includePrivateParameters: false)).Thumbprint();
        return (new SigningKeyPair(kid, rsa.ExportPkcs8PrivateKey()), rsa.ExportSubjectPublicKeyInfo());
    }

    /// <summary>
    /// Opens a stored key; null when it was not made with this key encryption key, or its public half is not this one's: whoever
    /// can write to the table, but does not have that secret, cannot plant a key of his own.
    /// </summary>
    public static SigningKeyPair? Open(SigningKey stored, KeyWrapping wrapping)
    {
        try
        {
            var pair = new SigningKeyPair(stored.Kid, wrapping.Unwrap(stored.Kid, stored.WrappedPrivateKey));
            return pair.Matches(stored.PublicKey) ? pair : null;
        }
        catch (CryptographicException)
        {
            // A key that does not open is as foreign as one that does not fit; whoever asks reports it.
            return null;
        }
    }

    /// <summary>Says nothing of the key, for records print their members.</summary>
    public override string ToString() => Kid;
}
