namespace ProductionReady.Worker.Leases;

/// <summary>The words that <c>job_runs.outcome</c> and <c>job_leases.last_outcome</c> hold.</summary>
public static class JobOutcome
{
    /// <summary>Under way, or its Worker died and nobody has taken over yet.</summary>
    public const string Running = "running";
    /// <summary>Done; due again on schedule.</summary>
    public const string Succeeded = "succeeded";
    /// <summary>Ended with an error; due again after <see cref="LeaseOptions.RetryAfter"/>.</summary>
    public const string Failed = "failed";

    /// <summary>The Worker was asked to stop; the job stays due and another Worker takes it at once.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The lease went to another Worker while this one ran.</summary>
    public const string Lost = "lost";

    /// <summary>Written by the Worker that takes over from one that never reported.</summary>
    public const string Abandoned = "abandoned";
}
