using ProductionReady.Worker.Backups.Store;

namespace ProductionReady.Worker.Backups.Restore;

/// <summary>One copy of a file of the log.</summary>
/// <param name="Reach">Of an unfinished segment: bytes until the last that is not zero; null for a whole file.</param>
public abstract record LogFile(long? Reach)
{
    /// <summary>A finished segment or a history.</summary>
    public bool IsWhole => Reach is null;
}

/// <summary>A copy in a store: an object whose digest is compared when it is read.</summary>
public sealed record StoredLogFile(ObjectName Name, long? Reach) : LogFile(Reach)
{
    /// <inheritdoc/>
    public override string ToString() => Name.Key;
}

/// <summary>A copy as the server sent it, not yet in a store.</summary>
public sealed record SpooledLogFile(string Path, long? Reach) : LogFile(Reach)
{
    /// <inheritdoc/>
    public override string ToString() => Path;
}
