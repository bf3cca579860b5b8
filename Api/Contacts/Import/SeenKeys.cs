using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ProductionReady.Api.Contacts.Import;

/// <summary>
/// Remembers on which line of a file each key first stood. A key is kept as 16 bytes of its SHA-256, about 45 bytes in all
/// however long it is, so a million keys take about 45 MB; that two keys share those bytes does not happen. Spread over
/// many small tables, so that growing one never copies them all.
/// </summary>
public sealed class SeenKeys
{
    private const int Tables = 64;

    private readonly Dictionary<(ulong, ulong), uint>[] _tables = new Dictionary<(ulong, ulong), uint>[Tables];

    /// <summary>Remembers a key that is new; else says where it was first.</summary>
    /// <returns>Null when the key is new, else the line it was remembered with.</returns>
    public long? Add(ReadOnlySpan<char> key, long line)
    {
        Span<byte> utf8 = stackalloc byte[4096];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        var (high, low) = (BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
        var table = _tables[hash[16] % Tables] ??= [];
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(table, (high, low), out var seen);
        if (seen)
        {
            return first;
        }

        first = (uint)Math.Min(line, uint.MaxValue);
        return null;
    }
}
