namespace ProductionReady.Bench.Load;

/// <summary>One turn of a contestant under load.</summary>
/// <param name="Requests">Answered requests.</param>
/// <param name="Microseconds">Length of the turn.</param>
/// <param name="P50">Median latency in microseconds.</param>
/// <param name="P99">99th percentile of the latency in microseconds.</param>
/// <param name="Max">Longest latency in microseconds.</param>
/// <param name="Refused">Answers with a status of 400 or more.</param>
internal sealed record Outcome(
    long Requests,
    long Microseconds,
    long P50,
    long P99,
    long Max,
    long FailedConnections,
    long FailedReads,
    long FailedWrites,
    long Timeouts,
    long Refused)
{
    internal double RequestsPerSecond => Requests * 1e6 / Microseconds;

    /// <summary>A turn with failures measures something else than work.</summary>
    internal bool Clean => FailedConnections + FailedReads + FailedWrites + Timeouts + Refused == 0;
}
