using System.Buffers;
using System.Security.Cryptography;

namespace ProductionReady.Worker.Backups;

/// <summary>Size in bytes and SHA-256 (lower-case hex) of what went through.</summary>
public sealed record ContentDigest(long Size, string Sha256);

/// <summary>Copies a stream and digests it on the way, in constant memory.</summary>
public static class HashedCopy
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Copies to the end of <paramref name="source"/>.</summary>
    /// <param name="target">Where to copy to; <see cref="Stream.Null"/> to digest alone.</param>
    public static async Task<ContentDigest> RunAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long size = 0;
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                size += read;
            }

            return new ContentDigest(size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
