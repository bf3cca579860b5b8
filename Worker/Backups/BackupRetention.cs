namespace ProductionReady.Worker.Backups;

/// <summary>Which backups are old enough to go.</summary>
public static class BackupRetention
{
    /// <summary>
    /// Those that finished more than <paramref name="keep"/> ago, but never the newest one, nor the newest verified one, nor
    /// the newest that was restored.
    /// </summary>
    public static IReadOnlyList<CatalogEntry> Expired(IReadOnlyList<CatalogEntry> backups, DateTimeOffset now, TimeSpan keep)
    {
        var newestFirst = backups.OrderByDescending(backup => backup.Manifest.Id, StringComparer.Ordinal).ToList();
        HashSet<CatalogEntry?> kept =
        [
            newestFirst.FirstOrDefault(),
            newestFirst.FirstOrDefault(backup => backup.Verified),
            newestFirst.FirstOrDefault(backup => backup.Verified && backup.Restore is { Passed: true }),
        ];
        return [.. newestFirst.Where(backup => now - backup.Manifest.FinishedAt > keep && !kept.Contains(backup))];
    }
}
