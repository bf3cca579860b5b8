using System.Diagnostics.CodeAnalysis;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// Base 32 (RFC 4648, section 6) without padding, as authenticator apps read secrets: capital letters and the digits 2 to 7.
/// The base class library has none.
/// </summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    /// <summary>Encodes; every value has exactly one form.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + BitsPerCharacter - 1) / BitsPerCharacter];
        var (bits, count, next) = (0, 0, 0);
        foreach (var b in bytes)
        {
            bits = ((bits << 8) | b) & 0xFFFF;
            for (count += 8; count >= BitsPerCharacter; count -= BitsPerCharacter)
            {
                text[next++] = Alphabet[(bits >> (count - BitsPerCharacter)) & 31];
            }
        }

        if (count > 0)
        {
            text[next] = Alphabet[(bits << (BitsPerCharacter - count)) & 31];
        }

        return new string(text);
    }

    /// <summary>Decodes; refuses small letters, padding, lengths that no value has, and bits left over that are not zero.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var decoded = new byte[text.Length * BitsPerCharacter / 8];
        var (bits, count, next) = (0, 0, 0);
        foreach (var c in text)
        {
            var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            bits = ((bits << BitsPerCharacter) | value) & 0xFFFF;
            count += BitsPerCharacter;
            if (count >= 8)
            {
                count -= 8;
                decoded[next++] = (byte)(bits >> count);
            }
        }

        if (count >= BitsPerCharacter || (bits & ((1 << count) - 1)) != 0)
        {
            return false;
        }

        bytes = decoded;
        return true;
    }
}
