using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Catalog;

/// <summary>
/// Reads and writes the summary of a store. Nothing depends on it: the names and documents are the truth, and what cannot be read of it
/// is passed over.
/// </summary>
public sealed partial class CatalogSummary(IObjectStore store, TimeProvider clock, ILogger logger)
{
    /// <summary>What all summaries in the store know together.</summary>
    public async Task<CatalogDocument> ReadAsync(CancellationToken cancellationToken) => (await ReadAllAsync(cancellationToken)).Known;

    /// <summary>Adds what a caller knows, in one document that takes the place of those there are.</summary>
    /// <param name="change">What is added to what they know.</param>
    /// <param name="existing">Which checks there still are; others are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ChangeAsync(CatalogDocument change, Func<CatalogCheck, bool> existing, CancellationToken cancellationToken)
    {
        var (known, read) = await ReadAllAsync(cancellationToken);
        var next = known.With(change, clock.GetUtcNow());
        await ReplaceAsync(next with { Checks = [.. next.Checks.Where(existing)] }, read, cancellationToken);
    }

    /// <summary>Writes one that takes the place of all that there are, readable or not.</summary>
    public async Task RewriteAsync(CatalogDocument document, CancellationToken cancellationToken)
    {
        var names = new List<ObjectName>();
        await foreach (var stored in store.ListAsync($"{CatalogDocument.Path}.", cancellationToken))
        {
            names.Add(stored.Name);
        }

        await ReplaceAsync(document, names, cancellationToken);
    }

    private async Task ReplaceAsync(CatalogDocument next, List<ObjectName> replaced, CancellationToken cancellationToken)
    {
        var written = await StoredJson.WriteAsync(store, CatalogDocument.Path, next, BackupJson.Default.CatalogDocument, cancellationToken);
        foreach (var old in replaced.Where(old => old != written))
        {
            await store.DeleteAsync(old, cancellationToken);
        }
    }

    private async Task<(CatalogDocument Known, List<ObjectName> Read)> ReadAllAsync(CancellationToken cancellationToken)
    {
        var (known, read) = (CatalogDocument.Empty(clock.GetUtcNow()), new List<ObjectName>());
        await foreach (var stored in store.ListAsync($"{CatalogDocument.Path}.", cancellationToken))
        {
            try
            {
                known = known.With(await StoredJson.ReadAsync(store, stored.Name, BackupJson.Default.CatalogDocument, cancellationToken), clock.GetUtcNow());
                read.Add(stored.Name);
            }
            catch (BackupProblemException problem)
            {
                LogUnreadable(logger, problem.Message);
            }
        }

        return (known, read);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A summary of the store is passed over: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string reason);
}
