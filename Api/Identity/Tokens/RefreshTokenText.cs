using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// The wire form of a refresh token: <c>prt_</c> and base64url of the tenant's id (16 bytes) and 32 random bytes. The tenant
/// is part of it so that the token is looked for in one tenant only; the prefix lets secret scanners know it.
/// </summary>
/// <param name="TenantId">Whose it claims to be; the database's row-level security makes a false claim find nothing.</param>
/// <param name="Text">The whole token, a secret.</param>
public sealed record RefreshTokenText(Guid TenantId, string Text)
{
    /// <summary>What every refresh token starts with.</summary>
    public const string Prefix = "prt_";

    private const int IdLength = 16;
    private const int RandomLength = 32;

    /// <summary>SHA-256 of the whole token, all that is stored. The token is random, so no slow hash is needed.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>A new token.</summary>
    public static RefreshTokenText Create(Guid tenantId)
    {
        Span<byte> bytes = stackalloc byte[IdLength + RandomLength];
        tenantId.TryWriteBytes(bytes, bigEndian: true, out _);
        RandomNumberGenerator.Fill(bytes[IdLength..]);
        return new RefreshTokenText(tenantId, Prefix + Base64Url.EncodeToString(bytes));
    }

    /// <summary>Reads a token's outer form; says nothing about whether it is good.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RefreshTokenText? token)
    {
        token = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > 128
            || !Base64UrlStrict.TryDecode(text.AsSpan(Prefix.Length), out var bytes) || bytes.Length != IdLength + RandomLength)
        {
            return false;
        }

        var tenantId = new Guid(bytes.AsSpan(0, IdLength), bigEndian: true);
        token = tenantId == Guid.Empty ? null : new RefreshTokenText(tenantId, text);
        return token is not null;
    }

    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => Prefix + "…";
}
