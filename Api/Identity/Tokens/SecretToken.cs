using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// The wire form of every secret that is handed out and kept only as a hash: a prefix of its kind and base64url of the
/// tenant's id (16 bytes) and 32 secret bytes. The tenant is part of it so that the token is looked for in one tenant only;
/// the prefix keeps one kind from passing for another and lets secret scanners know it.
/// </summary>
/// <param name="TenantId">Whose it claims to be; the database's row-level security makes a false claim find nothing.</param>
/// <param name="Text">The whole token, a secret.</param>
public sealed record SecretToken(Guid TenantId, string Text)
{
    /// <summary>Prefix of refresh tokens.</summary>
    public const string Refresh = "prt_";

    /// <summary>Prefix of API keys.</summary>
    public const string ApiKey = "prk_";

    /// <summary>Prefix of invitations.</summary>
    public const string Invitation = "pri_";

    /// <summary>Prefix of password resets.</summary>
    public const string PasswordReset = "prp_";

    /// <summary>Prefix of sign-ins that wait for their second factor.</summary>
    public const string Challenge = "prc_";

    /// <summary>Prefix of sign-ins that wait for an identity provider.</summary>
    public const string OidcSignIn = "pro_";

    /// <summary>Secret bytes of a token.</summary>
    public const int SecretLength = 32;

    private const int IdLength = 16;
    private const int PrefixLength = 4;

    /// <summary>SHA-256 of the whole token, all that is stored. The secret is random, so no slow hash is needed.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Text));

    /// <summary>A new token.</summary>
    /// <param name="prefix">Its kind.</param>
    /// <param name="tenantId">Whose it is.</param>
    public static SecretToken Create(string prefix, Guid tenantId) => Create(prefix, tenantId, RandomNumberGenerator.GetBytes(SecretLength));

    /// <summary>A token with a secret that was chosen before.</summary>
    /// <param name="prefix">Its kind.</param>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="secret">32 bytes that nobody can guess.</param>
    public static SecretToken Create(string prefix, Guid tenantId, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretLength);
        Span<byte> bytes = stackalloc byte[IdLength + SecretLength];
        tenantId.TryWriteBytes(bytes, bigEndian: true, out _);
        secret.CopyTo(bytes[IdLength..]);
        return new SecretToken(tenantId, prefix + Base64Url.EncodeToString(bytes));
    }

    /// <summary>Reads a token's outer form; says nothing about whether it is good.</summary>
    /// <param name="prefix">The kind that is expected.</param>
    /// <param name="text">What was sent.</param>
    /// <param name="token">The token.</param>
    public static bool TryParse(string prefix, string? text, [NotNullWhen(true)] out SecretToken? token)
    {
        token = null;
        if (text is null || !text.StartsWith(prefix, StringComparison.Ordinal) || text.Length > 128
            || !Base64UrlStrict.TryDecode(text.AsSpan(prefix.Length), out var bytes) || bytes.Length != IdLength + SecretLength)
        {
            return false;
        }

        var tenantId = new Guid(bytes.AsSpan(0, IdLength), bigEndian: true);
        token = tenantId == Guid.Empty ? null : new SecretToken(tenantId, text);
        return token is not null;
    }

    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => Text[..PrefixLength] + "…";
}
