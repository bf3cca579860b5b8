using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace ProductionReady.Api.Identity;

/// <summary>
/// Keys for single purposes, derived from <see cref="IdentityOptions.KeyEncryptionKey"/> with HKDF-SHA256 (RFC 5869), so that
/// none of them tells anything about another.
/// </summary>
public sealed class DerivedKeys(IOptions<IdentityOptions> options)
{
    private const int Length = 32;

    /// <summary>The key for a purpose, 32 bytes; the same purpose always gives the same key.</summary>
    /// <param name="purpose">A fixed name, such as <c>cursor-signing</c>.</param>
    public byte[] For(string purpose) => Derive(options.Value.KeyEncryptionKey, purpose);

    /// <summary>
    /// <see cref="For"/>, and then what it gave under each of <see cref="IdentityOptions.PreviousKeyEncryptionKeys"/>: for opening
    /// and checking what was made before the key encryption key changed. Make new things with the first one alone.
    /// </summary>
    public IReadOnlyList<byte[]> AllFor(string purpose) =>
        [For(purpose), .. options.Value.PreviousKeyEncryptionKeys.Select(previous => Derive(previous, purpose))];

    private static byte[] Derive(string keyEncryptionKey, string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(keyEncryptionKey),
        Length,
        salt: "ProductionReady/v1"u8.ToArray(),
        info: Encoding.UTF8.GetBytes(purpose));
}
