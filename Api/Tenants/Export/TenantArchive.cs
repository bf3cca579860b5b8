using System.IO.Compression;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Data.Archive;

namespace ProductionReady.Api.Tenants.Export;

/// <summary>
/// Writes a tenant's archive to a stream that cannot seek. When it breaks off, neither the manifest nor the archive's directory is
/// written, so that no program takes the part for the whole.
/// </summary>
internal static class TenantArchive
{
    /// <summary>Writes it.</summary>
    /// <param name="snapshot">The data.</param>
    /// <param name="source">Whose they are.</param>
    /// <param name="output">Where to; stays open.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public static async Task<ArchiveManifest> WriteAsync(
        TenantSnapshot snapshot, ArchiveSource source, Stream output, CancellationToken cancellationToken)
    {
        // Not disposed unless all went well: disposing writes the directory, which makes an archive of what is there.
        var endings = new EntryEndings(output);
        var archive = await ZipArchive.CreateAsync(endings, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var files = new List<ArchiveFile>();
        foreach (var table in ArchiveTable.All(source.Model))
        {
            var stream = await archive.CreateEntry(table.File, CompressionLevel.Fastest).OpenAsync(cancellationToken);
            using var entry = new HashedEntry(stream);
            await snapshot.CopyAsync(table, entry, cancellationToken);
            await stream.DisposeAsync();
            files.Add(new ArchiveFile(table.File, entry.Rows, entry.Bytes, entry.Sha256()));
        }

        var manifest = new ArchiveManifest(ArchiveManifest.CurrentFormat, source.TenantId, source.Slug, source.Schema, snapshot.At, files);
        var last = await archive.CreateEntry(ArchiveManifest.Name, CompressionLevel.Fastest).OpenAsync(cancellationToken);
        await last.WriteAsync(manifest.ToBytes(), cancellationToken);
        await last.DisposeAsync();
        await archive.DisposeAsync();
        await endings.FlushAsync(cancellationToken);
        return manifest;
    }
}

/// <summary>Where an archive comes from.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="Slug">Its short name.</param>
/// <param name="Schema">The newest migration that this program knows.</param>
/// <param name="Model">Which tables there are.</param>
internal sealed record ArchiveSource(Guid TenantId, string Slug, string Schema, IModel Model);
