using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Retention;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Verification;

/// <summary>What a verification of a whole store found.</summary>
/// <param name="Objects">How many were read.</param>
/// <param name="Bytes">How much was read.</param>
/// <param name="Checks">The outcome of each backup.</param>
/// <param name="Problems">One sentence for each object that is damaged, unreadable or missing, in the order of their names.</param>
/// <param name="Lost">One sentence for each gap in the log that was recorded when it came about, while backups before it are kept.</param>
/// <param name="Unfinished">Folders of objects without a document: being made, given up, or robbed of it.</param>
public sealed record StoreVerification(
    int Objects, long Bytes, IReadOnlyList<BackupCheck> Checks, IReadOnlyList<string> Problems, IReadOnlyList<string> Lost, IReadOnlyList<string> Unfinished);

/// <summary>
/// Reads every object of a store, each once, and tells what is missing: backups that the summary knows, objects that documents name, and
/// log that is needed to restore any second since the oldest daily backup. Needs no private key.
/// </summary>
public sealed class StoreVerifier(IOptions<RetentionOptions> rules, TimeProvider clock)
{
    /// <summary>Verifies.</summary>
    /// <param name="catalog">Of the store.</param>
    /// <param name="record">Whether to record the outcome of each backup; in a copy the outcomes are those of the store that it is of.</param>
    /// <param name="progress">Told how many objects were read so far.</param>
    /// <param name="cancellationToken">Gives up; nothing is recorded.</param>
    public async Task<StoreVerification> VerifyAsync(BackupCatalog catalog, bool record, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        var listed = new List<StoredObject>();
        await foreach (var stored in catalog.Store.ListAsync("", cancellationToken))
        {
            listed.Add(stored);
        }

        var problems = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < listed.Count; index++)
        {
            if (await ObjectProof.ProblemOfAsync(catalog.Store, listed[index].Name, size: null, cancellationToken) is { } problem
                && await IsThereAsync(catalog.Store, listed[index].Name, cancellationToken))
            {
                problems[listed[index].Name.Key] = problem;
            }

            progress.Report(index + 1);
        }

        var uncertain = await catalog.ProblemsAsync(cancellationToken);
        var backups = await catalog.ListAsync(kind: null, cancellationToken);
        var checks = new List<BackupCheck>();
        foreach (var backup in backups)
        {
            var found = ProblemsOf(backup, listed, problems);
            checks.Add(new BackupCheck(backup.Backup.Id, BackupCheckKind.Checksum, startedAt, clock.GetUtcNow(), found));
            if (record)
            {
                await catalog.RecordAsync(checks[^1], cancellationToken);
            }
        }

        var plan = RetentionPlan.Make(backups, listed, [], rules.Value, clock.GetUtcNow());
        var logs = plan.Continuous.GroupBy(backup => backup.SystemId).Select(system => (Log: new StoredLog(system.Key, listed), Bases: system.ToList())).ToList();
        var gaps = logs.SelectMany(each => each.Log.Gaps(each.Bases));
        return new StoreVerification(
            listed.Count,
            listed.Sum(stored => stored.Size),
            checks,
            [.. problems.Values.Concat(checks.SelectMany(check => check.Problems)).Concat(gaps).Concat(uncertain).Distinct().Order(StringComparer.Ordinal)],
            [.. logs.SelectMany(each => each.Log.Lost(each.Bases))],
            [.. StoreListing.Of(listed).WithoutDocument("").Select(stored => stored.Name.Path[..stored.Name.Path.LastIndexOf('/')]).Distinct()]);
    }

    private static List<string> ProblemsOf(CatalogedBackup backup, List<StoredObject> listed, SortedDictionary<string, string> problems)
    {
        var found = new List<string>();
        foreach (var (name, size) in BackupVerifier.ObjectsOf(backup))
        {
            var stored = listed.FirstOrDefault(stored => stored.Name == name);
            found.AddRange(stored is null ? [$"{name} is missing."]
                : problems.TryGetValue(name.Key, out var problem) ? [problem]
                : size is { } expected && stored.Size != expected ? [$"{name} has {stored.Size} bytes instead of {expected}."]
                : []);
        }

        if (backup.Backup.Wal is not null)
        {
            var (needed, missing) = new StoredLog(backup.Backup.SystemId, listed).Span(backup.Backup);
            found.AddRange(missing);
            found.AddRange(needed.Select(stored => problems.GetValueOrDefault(stored.Name.Key)).OfType<string>());
        }

        return found;
    }

    /// <summary>What was deleted since it was listed, as a part of a segment is when there is more of it, is no problem.</summary>
    private static async Task<bool> IsThereAsync(IObjectStore store, ObjectName name, CancellationToken cancellationToken)
    {
        if (!IsPassing(name))
        {
            return true;
        }

        await foreach (var stored in store.ListAsync(name.Key, cancellationToken))
        {
            return stored.Name == name;
        }

        return false;
    }

    private static bool IsPassing(ObjectName name) =>
        WalObject.TryParse(name) is { Kind: WalObjectKind.Partial }
        || name.Path == CatalogDocument.Path
        || name.Path.StartsWith(BackupDocument.ChecksPrefix, StringComparison.Ordinal)
        || name.Path.StartsWith("tombstone/", StringComparison.Ordinal);
}
