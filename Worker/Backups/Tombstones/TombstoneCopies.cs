using System.Text.Json;
using ProductionReady.Data.Tenants;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Tombstones;

/// <summary>
/// Copies of the tombstones in the store, as <c>tombstone/TENANT.SHA256.json</c>, so that they outlive this machine's disk. They hold an
/// identifier, the digest of a name and counts, nothing personal, and are not sealed: a Worker that has no private key has to read them.
/// </summary>
public sealed partial class TombstoneCopies(BackupFolder folder, IObjectStore store, ILogger<TombstoneCopies> logger)
{
    /// <summary>Prefix of the keys of all of them.</summary>
    public const string Prefix = "tombstone/";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Makes the folder and the store have the same: of two, the one that tells more.</summary>
    /// <exception cref="BackupProblemException">The store cannot be used, or a copy in it is damaged.</exception>
    /// <exception cref="InvalidDataException">A tombstone in the folder cannot be read.</exception>
    public async Task SynchronizeAsync(CancellationToken cancellationToken)
    {
        var stored = new Dictionary<Guid, List<ObjectName>>();
        await foreach (var each in store.ListAsync(Prefix, cancellationToken))
        {
            if (Guid.TryParseExact(each.Name.Path[Prefix.Length..], "D", out var tenant))
            {
                stored.TryAdd(tenant, []);
                stored[tenant].Add(each.Name);
            }
        }

        foreach (var tenant in TombstoneFile.Tenants(folder.Location).Union(stored.Keys))
        {
            await SynchronizeAsync(tenant, stored.GetValueOrDefault(tenant, []), cancellationToken);
        }
    }

    /// <summary>The same where an order to erase must not wait for the store: what fails is logged, and done with the next erasure.</summary>
    public async Task TrySynchronizeAsync(CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            await SynchronizeAsync(bound.Token);
        }
        catch (Exception problem) when (problem is BackupProblemException or IOException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogLater(problem.Message);
        }
    }

    private async Task SynchronizeAsync(Guid tenant, List<ObjectName> stored, CancellationToken cancellationToken)
    {
        var here = TombstoneFile.Read(folder.Location, tenant);
        var best = here;
        foreach (var name in stored)
        {
            var copy = Read(name, await StoredJson.ReadAsync(store, name, cancellationToken));
            best = best is null || TellsMore(copy, best) ? copy : best;
        }

        if (best is null)
        {
            return;
        }

        if (here is null || TellsMore(best, here))
        {
            DurableFile.Write(TombstoneFile.PathOf(folder.Location, tenant), best.ToBytes());
        }

        var bytes = best.ToBytes();
        var current = new ObjectName($"{Prefix}{tenant:D}", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), ObjectName.Plain);
        if (!stored.Contains(current))
        {
            await StoredJson.WriteAsync(store, current.Path, bytes, cancellationToken);
        }

        foreach (var old in stored.Where(name => name != current))
        {
            await store.DeleteAsync(old, cancellationToken);
        }
    }

    /// <summary>Of two that are as far, the one that was begun first: two Workers agree on it.</summary>
    private static bool TellsMore(TombstoneFile one, TombstoneFile other) => Told(one) > Told(other) || (Told(one) == Told(other) && one.StartedAt < other.StartedAt);

    /// <summary>Grows with each step: begun, finished, begun again, finished again.</summary>
    private static int Told(TombstoneFile file) => (file.ErasedAt is null ? 0 : 1) + file.Again.Sum(again => again.ErasedAt is null ? 1 : 2);

    private static TombstoneFile Read(ObjectName name, byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<TombstoneFile>(bytes, JsonSerializerOptions.Web) is { Format: TombstoneFile.CurrentFormat } file && name.Path == $"{Prefix}{file.TenantId:D}"
                ? file
                : throw new BackupProblemException($"{name} is of another version or of another tenant.");
        }
        catch (JsonException unreadable)
        {
            throw new BackupProblemException($"{name} is not a tombstone: {unreadable.Message}", unreadable);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The tombstones could not be copied to the store now: {Reason}")]
    private partial void LogLater(string reason);
}
