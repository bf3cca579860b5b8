using Microsoft.Extensions.Options;
using ProductionReady.Worker.Backups.Catalog;
using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Drills;

/// <summary>The records of drills in the store.</summary>
public sealed partial class DrillRecords(IObjectStore store, IOptions<DrillOptions> options, ILogger<DrillRecords> logger)
{
    private const string Prefix = "drill/";

    /// <summary>All of them, newest first. One that cannot be read is named in the log and left out.</summary>
    public async Task<IReadOnlyList<DrillRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<DrillRecord>();
        await foreach (var stored in store.ListAsync(Prefix, cancellationToken))
        {
            try
            {
                found.Add(await StoredJson.ReadAsync(store, stored.Name, DrillJson.Default.DrillRecord, cancellationToken));
            }
            catch (BackupProblemException unreadable)
            {
                LogUnreadable(unreadable.Message);
            }
        }

        return [.. found.OrderByDescending(drill => drill.Id, StringComparer.Ordinal)];
    }

    /// <summary>Stores one; those that are too many go, the oldest first.</summary>
    public async Task AddAsync(DrillRecord drill, CancellationToken cancellationToken)
    {
        await StoredJson.WriteAsync(store, $"{Prefix}{drill.Id}/drill", drill, DrillJson.Default.DrillRecord, cancellationToken);
        var names = await store.ListAsync(Prefix, cancellationToken).Select(stored => stored.Name).ToListAsync(cancellationToken);
        foreach (var old in names.OrderByDescending(name => name.Key, StringComparer.Ordinal).Skip(options.Value.Keep))
        {
            await store.DeleteAsync(old, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The record of a drill is left out: {Reason}")]
    private partial void LogUnreadable(string reason);
}
