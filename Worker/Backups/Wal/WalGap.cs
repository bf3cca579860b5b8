using System.Text.Json.Serialization;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>Log that nobody has: neither the server, nor a spool, nor the store.</summary>
/// <param name="SystemId">System identifier of the cluster, decimal.</param>
/// <param name="From">The first segment that is missing.</param>
/// <param name="To">The first that is there again.</param>
public sealed record WalGap(string SystemId, string From, string To)
{
    /// <summary>First part of the key of its document.</summary>
    [JsonIgnore]
    public string Path => $"{WalObject.PrefixOf(SystemId)}gap-{From}-{To}";
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
