using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace ProductionReady.Api.Identity.Tokens;

/// <summary>
/// base64url as JWS wants it (RFC 7515, appendix C): no padding, no white space, and the bits left over in the last
/// character are zero, so that each value has exactly one form.
/// </summary>
public static class Base64UrlStrict
{
    /// <summary>Decodes, or says that the text is not in the one form.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, buffer, out var consumed, out var written) != OperationStatus.Done || consumed != text.Length)
        {
            return false;
        }

        bytes = buffer.AsSpan(0, written).ToArray();
        return text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }
}
