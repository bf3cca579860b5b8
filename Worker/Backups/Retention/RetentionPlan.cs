using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;
using ProductionReady.Worker.Backups.Verification;
using ProductionReady.Worker.Backups.Wal;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>What stays in a store and what goes, and why: made from names and documents alone, before anything is deleted.</summary>
/// <param name="Kept">Backups that stay, each with its reasons.</param>
/// <param name="Backups">Backups that go.</param>
/// <param name="Log">Objects of the write-ahead log that go, each with its reason.</param>
/// <param name="Continuous">Base backups since which any second can be restored.</param>
/// <param name="Uncertain">One sentence for each document that cannot be read or is missing: while there are any, no log goes.</param>
public sealed record RetentionPlan(
    IReadOnlyList<(CatalogedBackup Backup, IReadOnlyList<string> Reasons)> Kept,
    IReadOnlyList<CatalogedBackup> Backups,
    IReadOnlyList<(StoredObject Stored, string Reason)> Log,
    IReadOnlyList<StoredBackup> Continuous,
    IReadOnlyList<string> Uncertain)
{
    /// <summary>A base backup may be under way for as long, and then needs log that none needs yet.</summary>
    private static readonly TimeSpan BaseMayTake = TimeSpan.FromDays(2);

    /// <summary>Makes a plan.</summary>
    /// <param name="backups">All backups of the store.</param>
    /// <param name="log">All objects of the write-ahead log in it.</param>
    /// <param name="uncertain">One sentence for each document that cannot be read or is missing.</param>
    /// <param name="rules">How many stay.</param>
    /// <param name="now">UTC.</param>
    public static RetentionPlan Make(
        IReadOnlyList<CatalogedBackup> backups, IReadOnlyList<StoredObject> log, IReadOnlyList<string> uncertain, RetentionOptions rules, DateTimeOffset now)
    {
        // A server that was made anew has another identity: its backups do not make those of the old one superfluous before their time.
        var kinds = backups.GroupBy(backup => backup.Backup.Kind).ToDictionary(kind => kind.Key, kind => new KeptBackups(kind, rules));
        var bases = kinds.GetValueOrDefault(StoredBackupKind.Base) ?? new KeptBackups([], rules);
        var continuous = bases.Continuous.Select(backup => backup.Backup).Where(backup => backup.Wal is not null).ToList();
        var others = bases.Kept.Select(each => each.Backup.Backup).Where(backup => backup.Wal is not null).Except(continuous).ToList();
        var gone = new List<(StoredObject, string)>();
        foreach (var system in log.Select(stored => WalObject.TryParse(stored.Name)?.SystemId).OfType<string>().Distinct().ToList())
        {
            var needed = new KeptLog([.. continuous.Where(backup => backup.SystemId == system)], [.. others.Where(backup => backup.SystemId == system)]);
            gone.AddRange(Gone(new StoredLog(system, log), needed, isCertain: uncertain.Count == 0 && bases.Kept.Count > 0, now));
        }

        return new RetentionPlan(
            [.. kinds.OrderBy(kind => kind.Key).SelectMany(kind => kind.Value.Kept)], [.. kinds.OrderBy(kind => kind.Key).SelectMany(kind => kind.Value.Gone)], gone, continuous, uncertain);
    }

    private static IEnumerable<(StoredObject Stored, string Reason)> Gone(StoredLog log, KeptLog needed, bool isCertain, DateTimeOffset now)
    {
        var whole = log.Objects.Where(each => each.Log.Kind == WalObjectKind.Segment).Select(each => each.Log.FileName).ToHashSet();
        var furthest = log.Objects.Where(each => each.Log.Kind == WalObjectKind.Partial).GroupBy(each => each.Log.FileName).ToDictionary(file => file.Key, file => file.Max(each => each.Log.Reach));
        foreach (var (each, stored) in log.Objects)
        {
            if (each.Kind == WalObjectKind.Partial && (whole.Contains(each.FileName) || each.Reach < furthest[each.FileName]))
            {
                yield return (stored, "there is more of the same segment");
            }
            else if (isCertain && !needed.HasBase && each.Kind != WalObjectKind.History && now - stored.StoredAt > BaseMayTake)
            {
                yield return (stored, "there is no base backup of its server");
            }
            else if (isCertain && needed.HasBase && !needed.Needs(each))
            {
                yield return (stored, "no kept base backup needs it");
            }
        }
    }
}
