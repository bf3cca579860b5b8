using System.Text.RegularExpressions;

namespace ProductionReady.Worker.Backups.Store;

/// <summary>
/// The name of an object in a store: what it is, the SHA-256 of its stored bytes, and how they are wrapped. So each object says
/// by itself whether it is whole: one that was damaged, cut short or swapped with another no longer fits its name.
/// </summary>
/// <param name="Path">What it is, with slashes: <c>wal/7300000000000000001/000000010000000000000003</c>.</param>
/// <param name="Sha256">Of the stored bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Suffix">How they are wrapped, outermost last: <see cref="Sealed"/>, <see cref="CompressedAndSealed"/> or <see cref="Plain"/>.</param>
public sealed partial record ObjectName(string Path, string Sha256, string Suffix)
{
    /// <summary>Encrypted with age.</summary>
    public const string Sealed = ".age";

    /// <summary>Compressed with zstd, then encrypted with age.</summary>
    public const string CompressedAndSealed = ".zst.age";

    /// <summary>A JSON document that anyone may read.</summary>
    public const string Plain = ".json";

    /// <summary>The whole name, unique in its store.</summary>
    public string Key => $"{Path}.{Sha256}{Suffix}";

    /// <summary>Reads a name as the store lists it; null when it is not of this form.</summary>
    public static ObjectName? TryParse(string key) =>
        Form().Match(key) is { Success: true } match ? new(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value) : null;

    /// <inheritdoc/>
    public override string ToString() => Key;

    [GeneratedRegex(@"^((?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*)\.([0-9a-f]{64})(\.zst\.age|\.age|\.json)$")]
    private static partial Regex Form();
}

/// <summary>An object as its store lists it.</summary>
/// <param name="Size">Bytes as stored.</param>
/// <param name="StoredAt">By the store's clock.</param>
public sealed record StoredObject(ObjectName Name, long Size, DateTimeOffset StoredAt);
