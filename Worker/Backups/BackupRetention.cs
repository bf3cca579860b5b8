namespace ProductionReady.Worker.Backups;

/// <summary>Which backups are old enough to go.</summary>
public static class BackupRetention
{
    /// <summary>
    /// Those that finished more than <paramref name="keep"/> ago, but never the newest one, nor the newest verified one, nor
    /// the newest that was restored: of the shared database, and of each in which a tenant still lives. Of one that is gone all go.
    /// </summary>
    /// <param name="backups">All.</param>
    /// <param name="own">The databases in which single tenants live.</param>
    /// <param name="now">The time.</param>
    /// <param name="keep">How long they are kept.</param>
    public static IReadOnlyList<CatalogEntry> Expired(
        IReadOnlyList<CatalogEntry> backups, IReadOnlyCollection<string> own, DateTimeOffset now, TimeSpan keep)
    {
        var newestFirst = backups.OrderByDescending(backup => backup.Manifest.Id, StringComparer.Ordinal).ToList();
        var kept = newestFirst
            .GroupBy(backup => backup.Manifest.Own ? backup.Manifest.Database : null)
            .Where(backups => backups.Key is null || own.Contains(backups.Key))
            .SelectMany(Kept)
            .ToHashSet();
        return [.. newestFirst.Where(backup => now - backup.Manifest.FinishedAt > keep && !kept.Contains(backup))];
    }

    private static IEnumerable<CatalogEntry?> Kept(IEnumerable<CatalogEntry> newestFirst) =>
    [
        newestFirst.FirstOrDefault(),
        newestFirst.FirstOrDefault(backup => backup.Verified),
        newestFirst.FirstOrDefault(backup => backup.Verified && backup.Restore is { Passed: true }),
    ];
}
