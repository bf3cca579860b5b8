namespace ProductionReady.Worker.Backups.Restore;

/// <summary>What is recovered, and where.</summary>
/// <param name="Target">How far.</param>
public sealed record RecoveryRequest(RecoveryTarget Target)
{
    /// <summary>Id of the base backup to begin with; null for the newest that ends before the target.</summary>
    public string? BaseId { get; init; }

    /// <summary>The timeline to follow; null for the newest.</summary>
    public uint? Timeline { get; init; }

    /// <summary>The spool's folder, whose log is newer than the store's; null to recover from the store alone.</summary>
    public string? Spool { get; init; }

    /// <summary>The data folder to make, empty and the server's account's own; null for a scratch one that is deleted in the end.</summary>
    public string? Folder { get; init; }

    /// <summary>Takes the end of the log for the target where nothing in it tells that the target was reached: nobody committed after it.</summary>
    public bool OrEnd { get; init; }

    /// <summary>Stays at the target, readable and able to go on, instead of beginning a timeline of its own.</summary>
    public bool Pause { get; init; }
}
