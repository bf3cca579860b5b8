using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProductionReady.Data.Archive;

/// <summary>
/// The last file of an archive. One without it, or with a file that it does not fit, is not whole. An archive is a ZIP file (PKWARE
/// APPNOTE 6.3) of this and one NDJSON file a table. An import takes in <c>tenants</c>, <c>roles</c>, <c>users</c> and <c>contacts</c>;
/// the other files are for the reader, and why is in <see cref="ArchiveRules"/> and in the import's answer.
/// </summary>
/// <param name="Format">Version of the archive's form, 1.</param>
/// <param name="TenantId">Whose data it is.</param>
/// <param name="Slug">The tenant's short name.</param>
/// <param name="Schema">The newest migration of the database that it comes from.</param>
/// <param name="ExportedAt">The moment that it shows, UTC.</param>
/// <param name="Files">The other files, in their order.</param>
public sealed record ArchiveManifest(int Format, Guid TenantId, string Slug, string Schema, DateTimeOffset ExportedAt, IReadOnlyList<ArchiveFile> Files)
{
    /// <summary>Its name in the archive.</summary>
    public const string Name = "manifest.json";

    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Largest manifest that is read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>What stands in the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ArchiveJson.Default.ArchiveManifest);

    /// <summary>Reads it.</summary>
    /// <exception cref="JsonException">It is no manifest.</exception>
    public static ArchiveManifest? Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ArchiveJson.Default.ArchiveManifest);
}

/// <summary>A file of an archive.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Lines in it.</param>
/// <param name="Bytes">Its length, unpacked.</param>
/// <param name="Sha256">SHA-256 of it, unpacked, in lower-case hexadecimal.</param>
public sealed record ArchiveFile(string Name, long Rows, long Bytes, string Sha256);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ArchiveManifest))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
