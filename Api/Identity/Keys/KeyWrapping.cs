using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Identity.Keys;

/// <summary>
/// Wraps private keys for storage with AES-256-GCM (NIST SP 800-38D). The key's id is authenticated with it: a wrapped key
/// that is moved to another row does not open. Layout: version (1 byte, 1), nonce (12), tag (16), ciphertext.
/// </summary>
/// <param name="keys">32 bytes each: the first one wraps and opens, the others, which are former ones, only open.</param>
public sealed class KeyWrapping(params IReadOnlyList<byte[]> keys)
{
    /// <summary>The purpose to derive the wrapping key for.</summary>
    public const string Purpose = "signing-key-wrapping";

    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeadLength = 1 + NonceLength + TagLength;

    /// <summary>Encrypts.</summary>
    public byte[] Wrap(string kid, ReadOnlySpan<byte> secret)
    {
        var wrapped = new byte[HeadLength + secret.Length];
        wrapped[0] = Version;
        var nonce = wrapped.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys[0], TagLength);
        aes.Encrypt(nonce, secret, wrapped.AsSpan(HeadLength), wrapped.AsSpan(1 + NonceLength, TagLength), Context(kid));
        return wrapped;
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">Wrapped with another key, for another id, or damaged.</exception>
    public byte[] Unwrap(string kid, ReadOnlySpan<byte> wrapped) => Unwrap(kid, wrapped, out _);

    /// <summary>Decrypts, and says whether a former key was needed, so that it is time to wrap anew.</summary>
    /// <exception cref="CryptographicException">Wrapped with another key, for another id, or damaged.</exception>
    public byte[] Unwrap(string kid, ReadOnlySpan<byte> wrapped, out bool outdated)
    {
        if (wrapped.Length <= HeadLength || wrapped[0] != Version)
        {
            throw new CryptographicException("Not a wrapped key of a known version.");
        }

        for (var i = 0; i < keys.Count - 1; i++)
        {
            try
            {
                outdated = i > 0;
                return Open(keys[i], kid, wrapped);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Not this one; the last one's failure is the caller's.
            }
        }

        outdated = keys.Count > 1;
        return Open(keys[^1], kid, wrapped);
    }

    /// <summary>Encrypts with the present key what a former one encrypted; null when the present one did.</summary>
    /// <exception cref="CryptographicException">Wrapped with another key, for another id, or damaged.</exception>
    public byte[]? Rewrap(string kid, ReadOnlySpan<byte> wrapped)
    {
        var secret = Unwrap(kid, wrapped, out var outdated);
        var rewrapped = outdated ? Wrap(kid, secret) : null;
        CryptographicOperations.ZeroMemory(secret);
        return rewrapped;
    }

    private static byte[] Open(byte[] key, string kid, ReadOnlySpan<byte> wrapped)
    {
        var secret = new byte[wrapped.Length - HeadLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            wrapped.Slice(1, NonceLength), wrapped[HeadLength..], wrapped.Slice(1 + NonceLength, TagLength), secret, Context(kid));
        return secret;
    }

    private static byte[] Context(string kid) => Encoding.UTF8.GetBytes("signing-key:" + kid);
}
