using System.Text.Json;
using System.Text.Json.Serialization;

namespace ProductionReady.Data.Tenants;

/// <summary>A tombstone as a file: <c>tombstones/TENANT.json</c> in the folder of the backups.</summary>
/// <param name="Format">Version of this form, 1.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="SlugHash">SHA-256 of its slug, in hexadecimal.</param>
/// <param name="DueAt">From when on it was to be erased, UTC.</param>
/// <param name="StartedAt">When the erasure began, UTC.</param>
/// <param name="RowsBefore">Rows by table then.</param>
/// <param name="ErasedAt">When nothing was left, UTC.</param>
/// <param name="RowsAfter">Rows by table then: zeros.</param>
/// <param name="Again">Times when a backup had brought the tenant back and it was erased again.</param>
public sealed record TombstoneFile(
    int Format, Guid TenantId, string SlugHash, DateTimeOffset DueAt, DateTimeOffset StartedAt, IReadOnlyDictionary<string, long> RowsBefore,
    DateTimeOffset? ErasedAt, IReadOnlyDictionary<string, long>? RowsAfter, IReadOnlyList<ErasedAgain> Again)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the folder.</summary>
    public const string Folder = "tombstones";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    /// <summary>Whether nothing is left of the tenant, as far as this file knows.</summary>
    [JsonIgnore]
    public bool IsDone => ErasedAt is not null && Again.All(again => again.ErasedAt is not null);

    /// <summary>The same, begun anew after a backup brought the tenant back; what was begun and not finished is gone on with.</summary>
    public TombstoneFile BegunAgain(DateTimeOffset now, IReadOnlyDictionary<string, long> rows) =>
        IsDone ? this with { Again = [.. Again, new ErasedAgain(now, rows, null)] } : this;

    /// <summary>The same, finished.</summary>
    public TombstoneFile Finished(DateTimeOffset erasedAt, IReadOnlyDictionary<string, long> rowsAfter) => this with
    {
        ErasedAt = ErasedAt ?? erasedAt,
        RowsAfter = RowsAfter ?? rowsAfter,
        Again = [.. Again.Select(again => again with { ErasedAt = again.ErasedAt ?? erasedAt })],
    };

    /// <summary>Where a tenant's is.</summary>
    /// <param name="store">The folder of the backups.</param>
    /// <param name="tenantId">The tenant.</param>
    public static string PathOf(string store, Guid tenantId) => Path.Combine(store, Folder, $"{tenantId:D}.json");

    /// <summary>The tenants that have one.</summary>
    public static IReadOnlyList<Guid> Tenants(string store)
    {
        var folder = Path.Combine(store, Folder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.json")
                .Select(file => Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "D", out var id) ? id : Guid.Empty)
                .Where(id => id != Guid.Empty)]
            : [];
    }

    /// <summary>Reads a tenant's, or <see langword="null"/> when it has none.</summary>
    /// <exception cref="InvalidDataException">The file is not what it should be; it must not be passed over.</exception>
    public static TombstoneFile? Read(string store, Guid tenantId)
    {
        var path = PathOf(store, tenantId);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<TombstoneFile>(File.ReadAllBytes(path), Options) is { Format: CurrentFormat } file && file.TenantId == tenantId
                ? file
                : throw new InvalidDataException($"The tombstone {path} is of another version or of another tenant.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The tombstone {path} cannot be read.", error);
        }
    }

    /// <summary>What stands in the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Options);
}

/// <summary>A backup had brought the tenant back.</summary>
/// <param name="StartedAt">When the erasure began anew, UTC.</param>
/// <param name="RowsBefore">Rows by table then.</param>
/// <param name="ErasedAt">When nothing was left, UTC.</param>
public sealed record ErasedAgain(DateTimeOffset StartedAt, IReadOnlyDictionary<string, long> RowsBefore, DateTimeOffset? ErasedAt);
