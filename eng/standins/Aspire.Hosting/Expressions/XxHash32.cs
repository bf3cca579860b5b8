using System.Buffers.Binary;
using System.Numerics;

namespace Aspire.Hosting;

/// <summary>xxHash, 32 bits, seed 0 (its specification is in the xxHash project); stands in for System.IO.Hashing, which a partial feed lacks.</summary>
internal static class XxHash32
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;

    public static uint Hash(ReadOnlySpan<byte> data)
    {
        var length = (uint)data.Length;
        var hash = data.Length < 16 ? Prime5 : Stripes(ref data);
        hash += length;
        for (; data.Length >= 4; data = data[4..])
        {
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3), 17) * Prime4;
        }

        foreach (var rest in data)
        {
            hash = BitOperations.RotateLeft(hash + (rest * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Stripes(ref ReadOnlySpan<byte> data)
    {
        var (a, b, c, d) = (unchecked(Prime1 + Prime2), Prime2, 0u, unchecked(0u - Prime1));
        for (; data.Length >= 16; data = data[16..])
        {
            a = Round(a, data);
            b = Round(b, data[4..]);
            c = Round(c, data[8..]);
            d = Round(d, data[12..]);
        }

        return BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime2), 13) * Prime1;
}
