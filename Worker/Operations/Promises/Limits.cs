namespace ProductionReady.Worker.Operations.Promises;

/// <summary>From where on a promise does not hold. The alert rules have the same numbers; a test compares them.</summary>
public static class Limits
{
    /// <summary>A base backup, and a drill, is daily; two hours for the one to come.</summary>
    public static readonly TimeSpan Daily = TimeSpan.FromHours(26);

    /// <summary>How far the store may be behind the server.</summary>
    public static readonly TimeSpan LogLag = TimeSpan.FromSeconds(60);

    /// <summary>How far the off-site copy, which is compared every minute, may be behind the store.</summary>
    public static readonly TimeSpan OffSiteLag = TimeSpan.FromMinutes(15);

    /// <summary>By which part a backup's size may move from one to the next.</summary>
    public const double SizeChange = 0.5;

    /// <summary>Which part of a disk is to be free.</summary>
    public const double FreeShare = 0.1;

    /// <summary>Bytes of log that the server is to have room for yet: half of what it keeps at most.</summary>
    public const long SlotRoom = 4L << 30;
}
