using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using ProductionReady.Data.Archive;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>
/// An archive that was sent, in a temporary file that goes with it. It is read to its end and compared with its manifest before
/// anything of it is used; nothing of it is ever unpacked to a file, so that names in it lead nowhere.
/// </summary>
internal sealed class UploadedArchive : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly ZipArchive _zip;

    private UploadedArchive(FileStream file, ZipArchive zip, ArchiveManifest manifest) => (_file, _zip, Manifest) = (file, zip, manifest);

    /// <summary>What it says of itself; true once <see cref="VerifyAsync"/> has ended well.</summary>
    public ArchiveManifest Manifest { get; }

    /// <summary>Receives one.</summary>
    /// <exception cref="ArchiveRefusedException">It is no archive, or of a version that is not known.</exception>
    public static async Task<UploadedArchive> ReceiveAsync(Stream body, CancellationToken cancellationToken)
    {
        var file = TemporaryFile();
        try
        {
            await body.CopyToAsync(file, cancellationToken);
            ZipDirectory.Check(file);
            file.Position = 0;
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return new UploadedArchive(file, zip, await ReadManifestAsync(zip, cancellationToken));
        }
        catch (InvalidDataException)
        {
            await file.DisposeAsync();
            throw new ArchiveRefusedException("archive", "is no whole ZIP file");
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads all of it once and compares it with its manifest.</summary>
    /// <exception cref="ArchiveRefusedException">Something differs.</exception>
    public async Task VerifyAsync(IReadOnlyList<ArchiveTable> tables, long maxUnpackedBytes, CancellationToken cancellationToken)
    {
        var known = tables.Select(table => table.File).ToHashSet(StringComparer.Ordinal);
        var named = Manifest.Files.Select(file => file.Name).Append(ArchiveManifest.Name).ToList();
        var there = _zip.Entries.Select(entry => entry.FullName).ToList();
        if (Manifest.Files.FirstOrDefault(file => !known.Contains(file.Name) || file.Bytes < 0 || file.Rows < 0) is { } unknown)
        {
            throw new ArchiveRefusedException(ArchiveManifest.Name, $"names a file that archives do not have: '{unknown.Name}'");
        }

        if (named.Distinct(StringComparer.Ordinal).Count() != named.Count || !there.Order(StringComparer.Ordinal).SequenceEqual(named.Order(StringComparer.Ordinal)))
        {
            throw new ArchiveRefusedException("archive", "does not hold exactly the files that its manifest names");
        }

        if (tables.FirstOrDefault(table => table.NotImported is null && !named.Contains(table.File)) is { } missing)
        {
            throw new ArchiveRefusedException(ArchiveManifest.Name, $"does not name {missing.File}");
        }

        // Added up in a wider type: a manifest can name any numbers.
        if (Manifest.Files.Aggregate((Int128)0, (sum, file) => sum + file.Bytes) > maxUnpackedBytes)
        {
            throw new ArchiveRefusedException(ArchiveManifest.Name, $"names more than {maxUnpackedBytes} bytes, the most that is imported");
        }

        foreach (var file in Manifest.Files)
        {
            await VerifyFileAsync(file, cancellationToken);
        }
    }

    /// <summary>A file of it, unpacked as it is read.</summary>
    public Stream Open(string name) => _zip.GetEntry(name)!.Open();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _zip.Dispose();
        await _file.DisposeAsync();
    }

    private static FileStream TemporaryFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), options);
    }

    /// <summary>Reads no more of a file than it is to have: what goes on after that is a lie of the manifest, or a bomb.</summary>
    private async Task VerifyFileAsync(ArchiveFile file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long bytes = 0, rows = 0;
        try
        {
            await using var stream = Open(file.Name);
            for (int read; bytes <= file.Bytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0; bytes += read)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                rows += buffer.AsSpan(0, read).Count((byte)'\n');
            }
        }
        catch (InvalidDataException)
        {
            throw new ArchiveRefusedException(file.Name, "cannot be unpacked");
        }

        if (bytes != file.Bytes || rows != file.Rows || !Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(file.Sha256, StringComparison.Ordinal))
        {
            throw new ArchiveRefusedException(file.Name, "is not what the manifest says: its length, number of lines or SHA-256 differs");
        }
    }

    private static async Task<ArchiveManifest> ReadManifestAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        if (zip.Entries.Where(entry => entry.FullName == ArchiveManifest.Name).ToList() is not [var entry])
        {
            throw new ArchiveRefusedException("archive", "has no manifest");
        }

        var json = new byte[ArchiveManifest.MaxBytes + 1];
        await using var stream = entry.Open();
        var length = await stream.ReadAtLeastAsync(json, json.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > ArchiveManifest.MaxBytes)
        {
            throw new ArchiveRefusedException(ArchiveManifest.Name, "is longer than manifests are");
        }

        try
        {
            using var document = JsonDocument.Parse(json.AsMemory(0, length));
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("format", out var format)
                || format.ValueKind != JsonValueKind.Number || !format.TryGetInt32(out var version))
            {
                throw new ArchiveRefusedException(ArchiveManifest.Name, "names no format");
            }

            return version == ArchiveManifest.CurrentFormat
                ? ArchiveManifest.Parse(json.AsSpan(0, length)) is { } manifest && manifest.Files.All(file => file is not null) ? manifest : throw new JsonException()
                : throw new ArchiveRefusedException(ArchiveManifest.Name, $"is of format {version}; this version reads format {ArchiveManifest.CurrentFormat}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ArchiveRefusedException(ArchiveManifest.Name, "cannot be read");
        }
    }
}
