using System.Buffers;

namespace ProductionReady.Api.Contacts.VCard;

/// <summary>
/// Folds logical lines (RFC 6350, section 3.2): no physical line is longer than 75 octets without its CRLF, and none
/// breaks inside a UTF-8 sequence.
/// </summary>
public static class VCardFold
{
    public const int MaxOctets = 75;

    /// <summary>Writes the line, folded, with its CRLF.</summary>
    public static void Write(ReadOnlySpan<byte> line, IBufferWriter<byte> to)
    {
        var room = MaxOctets;
        while (line.Length > room)
        {
            var cut = room;
            while ((line[cut] & 0xc0) == 0x80)
            {
                cut--;
            }

            to.Write(line[..cut]);
            to.Write("\r\n "u8);
            line = line[cut..];
            room = MaxOctets - 1;
        }

        to.Write(line);
        to.Write("\r\n"u8);
    }
}
