using System.Globalization;
using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups.Retention;

/// <summary>
/// Which backups of one kind stay, and why. Days, weeks and months without a backup do not count: when backups stop being made, none
/// of those there are goes away.
/// </summary>
public sealed class KeptBackups
{
    private readonly Dictionary<CatalogedBackup, List<string>> reasons = [];
    private readonly HashSet<CatalogedBackup> continuous = [];

    /// <summary>Applies the rules to the backups of one kind.</summary>
    public KeptBackups(IEnumerable<CatalogedBackup> backups, RetentionOptions rules)
    {
        var newestFirst = backups.OrderByDescending(backup => backup.Backup.Id, StringComparer.Ordinal).ToList();
        var days = Keep("daily", rules.Daily, newestFirst, DayOf);
        continuous.UnionWith(days);
        if (days is [.., var oldest])
        {
            // Otherwise a second base backup of that day would take away the seconds since the first.
            Always("the first of the days since which every second is kept", newestFirst.LastOrDefault(backup => backup.IsSound
                && backup.Backup.Kind == StoredBackupKind.Base && DayOf(backup.Backup.StartedAt.UtcDateTime) == DayOf(oldest.Backup.StartedAt.UtcDateTime)));
        }

        Keep("weekly", rules.Weekly, newestFirst, at => $"{ISOWeek.GetYear(at)}-W{ISOWeek.GetWeekOfYear(at):00}");
        Keep("monthly", rules.Monthly, newestFirst, at => at.ToString("yyyy-MM", CultureInfo.InvariantCulture));

        // Whatever the rules say.
        Always("the newest", newestFirst.FirstOrDefault());
        Always("the newest of which nothing bad is known", newestFirst.FirstOrDefault(backup => backup.IsSound));
        Always("the newest verified", newestFirst.FirstOrDefault(backup => backup.Verified));
        Always("the newest restored", newestFirst.FirstOrDefault(backup => backup.Verified && backup.Restore is { Passed: true }));
        Gone = [.. newestFirst.Where(backup => !reasons.ContainsKey(backup))];
    }

    /// <summary>Those that stay, newest first, with the reasons.</summary>
    public IReadOnlyList<(CatalogedBackup Backup, IReadOnlyList<string> Reasons)> Kept =>
        [.. reasons.OrderByDescending(each => each.Key.Backup.Id, StringComparer.Ordinal).Select(each => (each.Key, (IReadOnlyList<string>)each.Value))];

    /// <summary>Of those that stay, the ones from which any later second can be restored.</summary>
    public IReadOnlyList<CatalogedBackup> Continuous => [.. continuous];

    /// <summary>Those that go, newest first.</summary>
    public IReadOnlyList<CatalogedBackup> Gone { get; }

    private static string DayOf(DateTime at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Of each period the newest that is not known to be bad, or the newest when all are.</summary>
    private List<CatalogedBackup> Keep(string rule, int count, List<CatalogedBackup> newestFirst, Func<DateTime, string> periodOf)
    {
        var kept = new List<CatalogedBackup>();
        foreach (var period in newestFirst.GroupBy(backup => periodOf(backup.Backup.StartedAt.UtcDateTime)).Take(count))
        {
            var chosen = period.FirstOrDefault(backup => backup.IsSound) ?? period.First();
            Because($"{rule} {period.Key}", chosen);
            kept.Add(chosen);
        }

        return kept;
    }

    private void Always(string reason, CatalogedBackup? backup)
    {
        if (backup is not null)
        {
            Because(reason, backup);
            continuous.Add(backup);
        }
    }

    private void Because(string reason, CatalogedBackup backup)
    {
        if (!reasons.TryGetValue(backup, out var known))
        {
            reasons[backup] = known = [];
        }

        known.Add(reason);
    }
}
