using System.Security.Cryptography;

namespace ProductionReady.Api.Tenants.Export;

/// <summary>A file of an archive that is being written: hashes and counts what passes.</summary>
internal sealed class HashedEntry(Stream entry) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Lines written.</summary>
    public long Rows { get; private set; }

    /// <summary>Bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes whole lines.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> lines, int rows, CancellationToken cancellationToken)
    {
        _hash.AppendData(lines.Span);
        Rows += rows;
        Bytes += lines.Length;
        await entry.WriteAsync(lines, cancellationToken);
    }

    /// <summary>The hash of all that was written, in lower-case hexadecimal.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
