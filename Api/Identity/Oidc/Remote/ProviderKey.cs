using System.Security.Cryptography;
using System.Text.Json;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>
/// A public key of a provider (RFC 7517) for one of two algorithms: RS256, which every provider has, and ES256 (RFC 7518, sections
/// 3.3 and 3.4). Which one is the key's to say and not the token's, so no key is taken for another kind of secret.
/// </summary>
public sealed class ProviderKey
{
    private const int ShortestModulus = 2048 / 8;
    private const int LongestModulus = 8192 / 8;
    private const int LongestExponent = 4;
    private const int CoordinateLength = 32;

    private readonly RSAParameters? _rsa;
    private readonly ECParameters? _curve;

    private ProviderKey(string? kid, RSAParameters? rsa, ECParameters? curve)
    {
        Kid = kid;
        _rsa = rsa;
        _curve = curve;
    }

    /// <summary>Key id.</summary>
    public string? Kid { get; }

    /// <summary>The one algorithm it is for.</summary>
    public string Algorithm => _rsa is null ? "ES256" : "RS256";

    /// <summary>Whether the signature is this key's.</summary>
    public bool Verify(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (_rsa is { } parameters)
        {
            using var rsa = RSA.Create(parameters);
            return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var curve = ECDsa.Create(_curve!.Value);
        return curve.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Reads a member of a key set; null for a key of another kind, for encryption, too short or damaged.</summary>
    public static ProviderKey? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || (TokenJson.Text(json, "use") ?? "sig") != "sig")
        {
            return null;
        }

        var kid = TokenJson.Text(json, "kid");
        var key = (TokenJson.Text(json, "kty"), TokenJson.Text(json, "crv")) switch
        {
            ("RSA", _) when Bytes(json, "n") is { Length: >= ShortestModulus and <= LongestModulus } n && Bytes(json, "e") is { Length: > 0 and <= LongestExponent } e =>
                new ProviderKey(kid, new RSAParameters { Modulus = n, Exponent = e }, null),
            ("EC", "P-256") when Bytes(json, "x") is { Length: CoordinateLength } x && Bytes(json, "y") is { Length: CoordinateLength } y =>
                new ProviderKey(kid, null, new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }),
            _ => null,
        };
        return key is not null && (TokenJson.Text(json, "alg") ?? key.Algorithm) == key.Algorithm && key.IsUsable() ? key : null;
    }

    private bool IsUsable()
    {
        try
        {
            Verify("probe"u8, new byte[64]);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[]? Bytes(JsonElement json, string name) =>
        TokenJson.Text(json, name) is { } text && Base64UrlStrict.TryDecode(text, out var bytes) ? bytes : null;
}
