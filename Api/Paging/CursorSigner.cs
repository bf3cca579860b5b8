using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Paging;

/// <summary>
/// Makes and checks the cursors of lists: base64url of a version byte, the 16 bytes of the last id seen and 16 bytes of
/// an HMAC-SHA256 (RFC 2104, truncated as NIST SP 800-107 allows). The code covers the list's name, the tenant and the
/// filter too, so a cursor works for nothing but the list it was made for, and says nothing but an id its reader has seen.
/// </summary>
/// <param name="keys">32 random bytes each, the same in every instance of the Api: the first one signs, the others are former ones.</param>
public sealed class CursorSigner(params IReadOnlyList<byte[]> keys)
{
    private const byte FormatVersion = 1;
    private const int IdLength = 16;
    private const int CodeLength = 16;
    private const int Length = 1 + IdLength + CodeLength;

    /// <summary>The cursor of the rows after <paramref name="last"/>.</summary>
    public string Issue(in CursorScope scope, Guid last)
    {
        Span<byte> cursor = stackalloc byte[Length];
        cursor[0] = FormatVersion;
        last.TryWriteBytes(cursor[1..], bigEndian: true, out _);
        Sign(keys[0], scope, cursor[..^CodeLength], cursor[^CodeLength..]);
        return Base64Url.EncodeToString(cursor);
    }

    /// <summary>Reads a cursor; false when it was not issued for this scope or was changed since.</summary>
    public bool TryRead(in CursorScope scope, string cursor, out Guid last)
    {
        last = default;
        Span<byte> read = stackalloc byte[Length];
        Span<byte> code = stackalloc byte[CodeLength];
        if (cursor.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, read, out var length)
            || length != Length
            || read[0] != FormatVersion)
        {
            return false;
        }

        foreach (var key in keys)
        {
            Sign(key, scope, read[..^CodeLength], code);
            if (CryptographicOperations.FixedTimeEquals(code, read[^CodeLength..]))
            {
                last = new Guid(read.Slice(1, IdLength), bigEndian: true);
                return true;
            }
        }

        return false;
    }

    private static void Sign(byte[] key, in CursorScope scope, ReadOnlySpan<byte> signed, Span<byte> code)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        Span<byte> tenant = stackalloc byte[16];
        scope.TenantId.TryWriteBytes(tenant, bigEndian: true, out _);
        hmac.AppendData(signed);
        hmac.AppendData(tenant);
        AppendText(hmac, scope.List);
        AppendText(hmac, scope.Filter);
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.GetHashAndReset(whole);
        whole[..CodeLength].CopyTo(code);
    }

    private static void AppendText(IncrementalHash hmac, string text)
    {
        // The length before the text keeps ("a", "bc") and ("ab", "c") apart.
        Span<byte> length = stackalloc byte[sizeof(int)];
        var bytes = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hmac.AppendData(length);
        hmac.AppendData(bytes);
    }
}
