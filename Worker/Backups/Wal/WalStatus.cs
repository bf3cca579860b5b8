using NpgsqlTypes;

namespace ProductionReady.Worker.Backups.Wal;

/// <summary>What a Worker is doing about the write-ahead log.</summary>
public enum WalPhase
{
    /// <summary>Switched off by the configuration.</summary>
    Off,

    /// <summary>Another Worker receives, or the database does not say who does.</summary>
    Waiting,

    /// <summary>This Worker has the right to receive and is not receiving (yet).</summary>
    Starting,

    /// <summary>Log is being received here.</summary>
    Receiving,

    /// <summary>This Worker should receive and cannot; <see cref="WalState.Problem"/> says why.</summary>
    Failing,
}

/// <summary>The write-ahead log as one Worker sees it. Positions and lags are known to the one that has the right to receive.</summary>
public sealed record WalState
{
    /// <summary>What it is doing.</summary>
    public WalPhase Phase { get; init; } = WalPhase.Waiting;

    /// <summary>Why nothing is received; one sentence.</summary>
    public string? Problem { get; init; }

    /// <summary>Why nothing is stored; one sentence.</summary>
    public string? StoreProblem { get; init; }

    /// <summary>Why commits do not wait although they should; one sentence.</summary>
    public string? StrictProblem { get; init; }

    /// <summary>Whether commits wait for this receiver.</summary>
    public bool StrictInForce { get; init; }

    /// <summary>The cluster.</summary>
    public string? SystemId { get; init; }

    /// <summary>The server's timeline.</summary>
    public uint Timeline { get; init; }

    /// <summary>Where the log ends on the server's disk.</summary>
    public NpgsqlLogSequenceNumber? Flushed { get; init; }

    /// <summary>Everything before is in the spool, forced to disk.</summary>
    public NpgsqlLogSequenceNumber? Received { get; init; }

    /// <summary>Everything before is in the store.</summary>
    public NpgsqlLogSequenceNumber? Stored { get; init; }

    /// <summary>How long something the spool lacks has been on the server's disk; null when unknown.</summary>
    public TimeSpan? SpoolLag { get; init; }

    /// <summary>How long something the store lacks has been on the server's disk; null when unknown.</summary>
    public TimeSpan? StoreLag { get; init; }

    /// <summary>Bytes of log that the spool lacks.</summary>
    public long? SpoolLagBytes => Behind(Received);

    /// <summary>Bytes of log that the store lacks.</summary>
    public long? StoreLagBytes => Behind(Stored);

    /// <summary>The slot that the server gives up first: <c>reserved</c>, <c>extended</c>, <c>unreserved</c>, <c>lost</c> or <c>missing</c>.</summary>
    public string? SlotStatus { get; init; }

    /// <summary>Bytes that may be written before the server gives the slot up; null without a limit.</summary>
    public long? SlotSafeBytes { get; init; }

    /// <summary>Bytes that the spool takes.</summary>
    public long SpoolBytes { get; init; }

    /// <summary>How often receiving ended and was begun again, since this Worker started.</summary>
    public long Restarts { get; init; }

    /// <summary>How often log was lost for good, since this Worker started: no recovery passes such a gap.</summary>
    public long Gaps { get; init; }

    private long? Behind(NpgsqlLogSequenceNumber? position) =>
        Flushed is { } flushed && position is { } reached ? (long)((ulong)flushed > (ulong)reached ? (ulong)flushed - (ulong)reached : 0) : null;
}

/// <summary>What this Worker knows of the write-ahead log, for health, metrics and logs.</summary>
public sealed class WalStatus
{
    private WalState current = new();

    /// <summary>As it is now.</summary>
    public WalState Current => Volatile.Read(ref current);

    internal void Update(Func<WalState, WalState> change)
    {
        WalState before;
        do
        {
            before = Current;
        }
        while (Interlocked.CompareExchange(ref current, change(before), before) != before);
    }

    internal NpgsqlLogSequenceNumber? ReceivedOf(string systemId) => Current is { } state && state.SystemId == systemId ? state.Received : null;

    internal void Stored(string systemId, NpgsqlLogSequenceNumber? position) =>
        Update(state => position is not null && state.SystemId == systemId ? state with { Stored = position } : state);
}
