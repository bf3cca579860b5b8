namespace ProductionReady.Worker.Operations.Readings;

/// <summary>What was seen of backups, log and disks at one moment.</summary>
/// <param name="At">The moment.</param>
public sealed record OperationsReading(DateTimeOffset At)
{
    /// <summary>Why the store could not be asked; null when it answered.</summary>
    public string? StoreProblem { get; init; }

    /// <summary>The newest base backup; null when there is none, or when the store has never answered.</summary>
    public BackupReading? Backup { get; init; }

    /// <summary>The newest drill that ended; null when there is none.</summary>
    public DrillReading? Drill { get; init; }

    /// <summary>The log as this Worker receives it; null when it does not.</summary>
    public LogReading? Log { get; init; }

    /// <summary>The slots that keep log for us; null when this Worker has nothing to do with log, or the server could not be asked.</summary>
    public IReadOnlyList<SlotReading>? Slots { get; init; }

    /// <summary>The off-site copy; null when there is to be none, or none was tried yet.</summary>
    public OffSiteReading? OffSite { get; init; }

    /// <summary>The disks that this Worker writes to.</summary>
    public IReadOnlyList<DiskReading> Disks { get; init; } = [];
}

/// <summary>A base backup.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FinishedAt">When it was done.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="PreviousSize">Of the one before; null when it is the first.</param>
public sealed record BackupReading(string Id, DateTimeOffset FinishedAt, TimeSpan Took, long Size, long? PreviousSize)
{
    /// <summary>By which part of the previous size it moved; 0 for the first one.</summary>
    public double SizeChange => PreviousSize is > 0 ? Math.Abs(Size - PreviousSize.Value) / (double)PreviousSize.Value : 0;
}

/// <summary>A drill that ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c> or <c>not_possible</c>.</param>
/// <param name="Detail">What was wrong, or nothing.</param>
/// <param name="RecoveryTime">From nothing to a server that answers and was checked (RTO).</param>
/// <param name="RecoveryPoint">How much older than asked for the point was that was reached (RPO).</param>
public sealed record DrillReading(string Id, DateTimeOffset FinishedAt, string Outcome, string Detail, TimeSpan? RecoveryTime, TimeSpan? RecoveryPoint);

/// <summary>The write-ahead log as this Worker receives it.</summary>
/// <param name="Problem">Why nothing is received or stored; null when all is well.</param>
/// <param name="SpoolLag">How long something the spool lacks has been on the server's disk.</param>
/// <param name="StoreLag">How long something the store lacks has been there.</param>
/// <param name="SpoolBehind">Bytes that the spool lacks.</param>
/// <param name="StoreBehind">Bytes that the store lacks.</param>
/// <param name="Gaps">How often log was lost for good since this Worker started.</param>
public sealed record LogReading(string? Problem, TimeSpan? SpoolLag, TimeSpan? StoreLag, long? SpoolBehind, long? StoreBehind, long Gaps);

/// <summary>A replication slot, as the server shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsThere">Whether the server has it.</param>
/// <param name="IsLost">Whether the server gave up keeping log for it.</param>
/// <param name="Room">Bytes that may be written before it does; null without a limit.</param>
/// <param name="Behind">Bytes of log that it keeps.</param>
public sealed record SlotReading(string Name, bool IsThere, bool IsLost, long? Room, long Behind);

/// <summary>The off-site copy of the store.</summary>
/// <param name="Lag">What was stored longer ago than this is in it.</param>
/// <param name="Behind">Objects that could not be copied when it was compared last.</param>
public sealed record OffSiteReading(TimeSpan Lag, long Behind);

/// <summary>Room on a disk.</summary>
/// <param name="Place">What is kept there: <c>spool</c>, <c>store</c> or <c>scratch</c>.</param>
/// <param name="Free">Bytes that this account may write.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record DiskReading(string Place, long Free, long Size)
{
    /// <summary>Which part of it is free.</summary>
    public double FreeShare => Size > 0 ? Free / (double)Size : 1;
}
