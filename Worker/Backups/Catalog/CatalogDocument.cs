namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>
/// The summary <c>catalog.SHA256.json</c>: what was in the store, for speed and to find what is missing. Two Workers may write it at
/// once, and then there are two: together they say which backups there are, and whichever is written next takes the place of both.
/// </summary>
/// <param name="Format">Version of this form, 1.</param>
/// <param name="WrittenAt">UTC.</param>
/// <param name="Backups">What was ever seen and not deleted since.</param>
/// <param name="Checks">The outcomes of trying them.</param>
/// <param name="Deleted">What was deleted lately, by the names of the documents: wins over what another Worker still had seen.</param>
public sealed record CatalogDocument(
    int Format, DateTimeOffset WrittenAt, IReadOnlyList<CatalogItem> Backups, IReadOnlyList<CatalogCheck> Checks, IReadOnlyList<CatalogDeletion> Deleted)
{
    /// <summary>The version that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>First part of its key.</summary>
    public const string Path = "catalog";

    /// <summary>Longer than two Workers can be at it at once.</summary>
    private static readonly TimeSpan DeletionsAreKnownFor = TimeSpan.FromDays(7);

    /// <summary>A catalog of nothing.</summary>
    public static CatalogDocument Empty(DateTimeOffset now) => new(CurrentFormat, now, [], [], []);

    /// <summary>What both know.</summary>
    public CatalogDocument With(CatalogDocument other, DateTimeOffset now)
    {
        var deleted = Deleted.Concat(other.Deleted).Where(each => now - each.DeletedAt < DeletionsAreKnownFor).DistinctBy(each => each.Key).OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        var gone = deleted.Select(each => each.Key).ToHashSet();
        return new CatalogDocument(
            CurrentFormat,
            now,
            [.. Backups.Concat(other.Backups).Where(each => !gone.Contains(each.Key)).DistinctBy(each => each.Key).OrderBy(each => each.Key, StringComparer.Ordinal)],
            [.. Checks.Concat(other.Checks).DistinctBy(each => each.Key).OrderBy(each => each.Key, StringComparer.Ordinal)],
            deleted);
    }
}

/// <summary>A backup in the summary.</summary>
/// <param name="Key">Of its document.</param>
/// <param name="Backup">What the document says.</param>
public sealed record CatalogItem(string Key, StoredBackup Backup);

/// <summary>The outcome of a check in the summary.</summary>
/// <param name="Key">Of its document.</param>
/// <param name="Check">What the document says.</param>
public sealed record CatalogCheck(string Key, BackupCheck Check);

/// <summary>A backup that was deleted by this software.</summary>
/// <param name="Key">Of its document.</param>
/// <param name="DeletedAt">UTC.</param>
public sealed record CatalogDeletion(string Key, DateTimeOffset DeletedAt);
