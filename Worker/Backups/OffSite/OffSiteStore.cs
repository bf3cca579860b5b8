using ProductionReady.Worker.Backups.Catalog;

namespace ProductionReady.Worker.Backups.OffSite;

/// <summary>The second store, if there is one.</summary>
/// <param name="catalog">Of the second store; null without one.</param>
public sealed class OffSiteStore(BackupCatalog? catalog) : IDisposable
{
    /// <summary>Its catalog; null without a second store.</summary>
    public BackupCatalog? Catalog => catalog;

    /// <summary>Its catalog, where one is asked for.</summary>
    /// <exception cref="BackupProblemException">There is no second store.</exception>
    public BackupCatalog Required => catalog ?? throw new BackupProblemException($"There is no off-site store: name one in {OffSiteOptions.Section}:{nameof(OffSiteOptions.Kind)}.");

    /// <inheritdoc/>
    public void Dispose() => (catalog?.Store as IDisposable)?.Dispose();
}
