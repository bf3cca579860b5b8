using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Log that nobody has: neither the server, nor a spool, nor the store.</summary>
/// <param name="SystemId">System identifier of the cluster, decimal.</param>
/// <param name="From">The first segment that is missing.</param>
/// <param name="To">The first that is there again.</param>
public sealed partial record WalGap(string SystemId, string From, string To)
{
    /// <summary>First part of the key of its document.</summary>
    [JsonIgnore]
    public string Path => $"{WalObject.PrefixOf(SystemId)}gap-{From}-{To}";

    /// <summary>Reads the name of a document; null when it is of no gap.</summary>
    public static WalGap? TryParse(ObjectName name) => name.Suffix == ObjectName.Plain && Form().Match(name.Path) is { Success: true } match
        ? new(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value) : null;

    /// <summary>Whether a segment lies in it, on whichever timeline.</summary>
    public bool Holds(WalSegment segment) =>
        segment.Number >= WalSegment.TryParse(From, segment.SegmentSize)!.Value.Number && segment.Number < WalSegment.TryParse(To, segment.SegmentSize)!.Value.Number;

    [GeneratedRegex("^wal/([0-9]+)/gap-([0-9A-F]{24})-([0-9A-F]{24})$")]
    private static partial Regex Form();
}

/// <summary>Records gaps in the store, as <c>wal/SYSTEMID/gap-FROM-TO.SHA256.json</c>, so that a missing segment is told from a damaged store.</summary>
public sealed class WalGaps(IObjectStore store)
{
    private readonly HashSet<WalGap> known = [];

    /// <summary>Records one; false when it was recorded before.</summary>
    public async Task<bool> RecordAsync(WalGap gap, CancellationToken cancellationToken)
    {
        if (!known.Add(gap))
        {
            return false;
        }

        await foreach (var _ in store.ListAsync($"{gap.Path}.", cancellationToken))
        {
            return false;
        }

        await StoredJson.WriteAsync(store, gap.Path, gap, WalGapJson.Default.WalGap, cancellationToken);
        return true;
    }
}

[JsonSerializable(typeof(WalGap))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class WalGapJson : JsonSerializerContext;
