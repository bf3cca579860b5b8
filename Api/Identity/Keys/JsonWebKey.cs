using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>A public RSA signing key on the wire (RFC 7517).</summary>
/// <param name="Kty">Always <c>RSA</c>.</param>
/// <param name="Use">Always <c>sig</c>.</param>
/// <param name="Alg">Always <c>RS256</c>.</param>
/// <param name="Kid">Key id.</param>
/// <param name="N">Modulus, base64url.</param>
/// <param name="E">Exponent, base64url.</param>
public sealed record JsonWebKey(string Kty, string Use, string Alg, string Kid, string N, string E)
{
    /// <summary>The wire form of a public key.</summary>
    public static JsonWebKey Of(string kid, RSAParameters key) =>
        new("RSA", "sig", "RS256", kid, Base64Url.EncodeToString(key.Modulus), Base64Url.EncodeToString(key.Exponent));

    /// <summary>SHA-256 over the required members in order (RFC 7638, section 3).</summary>
    public string Thumbprint() => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"e":"{{E}}","kty":"{{Kty}}","n":"{{N}}"}""")));
}

/// <summary>The published key set (RFC 7517, section 5).</summary>
/// <param name="Keys">Keys that tokens may be signed with now or soon.</param>
public sealed record JsonWebKeySet(IReadOnlyList<JsonWebKey> Keys);
