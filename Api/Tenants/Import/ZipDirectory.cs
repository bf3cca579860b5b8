using System.Buffers.Binary;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>
/// Looks at the end of a ZIP file (PKWARE APPNOTE, sections 4.3.14 to 4.3.16) before a reader does: one that reads the directory of
/// millions of files that a bad archive names would take memory for each.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>Largest directory, in bytes, that is read: room for some hundred files.</summary>
    public const long MaxBytes = 64 * 1024;

    private const int EndLength = 22;
    private const int MaxComment = ushort.MaxValue;
    private const uint EndSignature = 0x06054b50;
    private const uint Locator64Signature = 0x07064b50;

    /// <summary>Makes sure that the directory is there and small.</summary>
    /// <exception cref="ArchiveRefusedException">It is not.</exception>
    public static void Check(Stream file)
    {
        var tail = new byte[Math.Min(file.Length, EndLength + MaxComment + 20)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) == EndSignature)
            {
                var begins = Begins(file, tail, at);
                if (begins < 0 || file.Length - begins > MaxBytes + MaxComment)
                {
                    throw new ArchiveRefusedException("archive", "names more files than an archive of ours has");
                }

                return;
            }
        }

        throw new ArchiveRefusedException("archive", "is no whole ZIP file");
    }

    private static long Begins(Stream file, byte[] tail, int end)
    {
        var begins = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (begins != uint.MaxValue)
        {
            return begins;
        }

        var locator = end - 20;
        if (locator < 0 || BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(locator)) != Locator64Signature)
        {
            return -1;
        }

        var record = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(locator + 8));
        if (record < 0 || record > file.Length - 56)
        {
            return -1;
        }

        var bytes = new byte[56];
        file.Position = record;
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(48));
    }
}
