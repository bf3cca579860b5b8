using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ProductionReady.Api.Identity.Keys;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// Verifies a JWS in compact form (RFC 7515) signed with RS256, and nothing else: the algorithm is ours to choose, not the
/// token's. Stands in for Microsoft.IdentityModel.JsonWebTokens, which a partial feed does not carry.
/// </summary>
public static class CompactJws
{
    /// <summary>Longest token of ours, in characters.</summary>
    public const int MaxLength = 8_192;

    /// <summary>The only algorithm (RFC 7518, section 3.3).</summary>
    public const string Algorithm = "RS256";

    /// <summary>Takes a token apart without believing any of it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="jws">Its parts.</param>
    /// <param name="maxLength">Longest token that is looked at, in characters.</param>
    public static bool TryParse(ReadOnlySpan<char> token, [NotNullWhen(true)] out UnverifiedJws? jws, int maxLength = MaxLength)
    {
        jws = null;
        if (token.Length == 0 || token.Length > maxLength)
        {
            return false;
        }

        var firstDot = token.IndexOf('.');
        var lastDot = token.LastIndexOf('.');
        if (firstDot <= 0 || lastDot == firstDot || token[(firstDot + 1)..lastDot].Contains('.'))
        {
            return false;
        }

        if (!Base64UrlStrict.TryDecode(token[..firstDot], out var header)
            || !Base64UrlStrict.TryDecode(token[(firstDot + 1)..lastDot], out var payload)
            || !Base64UrlStrict.TryDecode(token[(lastDot + 1)..], out var signature)
            || JwsHeader.TryRead(header) is not { } read)
        {
            return false;
        }

        jws = new UnverifiedJws(read, payload, Encoding.ASCII.GetBytes(token[..lastDot].ToString()), signature);
        return true;
    }

    /// <summary>The payload, if the header asks for RS256 and the signature is the key's; otherwise null.</summary>
    public static byte[]? Verify(UnverifiedJws jws, VerificationKey key) =>
        jws.Header is { Algorithm: Algorithm, HasCritical: false } && key.Verify(jws.Signed, jws.Signature) ? jws.Payload : null;
}

/// <summary>The parts of a token, none of them checked.</summary>
/// <param name="Header">What the token says about itself.</param>
/// <param name="Payload">The claims, as bytes.</param>
/// <param name="Signed">What the signature is over.</param>
/// <param name="Signature">The signature.</param>
public sealed record UnverifiedJws(JwsHeader Header, byte[] Payload, byte[] Signed, byte[] Signature);

/// <summary>The members of a JOSE header that matter here.</summary>
/// <param name="Algorithm"><c>alg</c>.</param>
/// <param name="KeyId"><c>kid</c>.</param>
/// <param name="Type"><c>typ</c>.</param>
/// <param name="HasCritical">Whether <c>crit</c> asks for extensions, of which none is understood (RFC 7515, section 4.1.11).</param>
public sealed record JwsHeader(string Algorithm, string? KeyId, string? Type, bool HasCritical)
{
    /// <summary>Reads a header; null when it is no JSON object with an <c>alg</c>, or has a member twice.</summary>
    public static JwsHeader? TryRead(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, TokenJson.Strict);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && TokenJson.Text(root, "alg") is { } algorithm
                ? new JwsHeader(algorithm, TokenJson.Text(root, "kid"), TokenJson.Text(root, "typ"), root.TryGetProperty("crit", out _))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
