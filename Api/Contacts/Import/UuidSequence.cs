using System.Security.Cryptography;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// UUIDv7 that grow strictly (RFC 9562, section 6.2, method 1: a 12-bit counter after the milliseconds), so that contacts
/// are listed in the order of the file they came from. When a millisecond's counter runs out, the next one is borrowed.
/// </summary>
public sealed class UuidSequence(TimeProvider time)
{
    private const int PerMillisecond = 1 << 12;

    private long _milliseconds;
    private int _counter;

    /// <summary>The next id.</summary>
    public Guid Next()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now > _milliseconds)
        {
            (_milliseconds, _counter) = (now, 0);
        }
        else if (++_counter == PerMillisecond)
        {
            (_milliseconds, _counter) = (_milliseconds + 1, 0);
        }

        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id[8..]);
        for (var i = 0; i < 6; i++)
        {
            id[i] = (byte)(_milliseconds >> (40 - (8 * i)));
        }

        id[6] = (byte)(0x70 | (_counter >> 8));
        id[7] = (byte)_counter;
        id[8] = (byte)(0x80 | (id[8] & 0x3f));
        return new Guid(id, bigEndian: true);
    }
}
