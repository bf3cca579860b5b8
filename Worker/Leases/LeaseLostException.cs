namespace ProductionReady.Worker.Leases;

/// <summary>The lease expired and another Worker has taken the job.</summary>
public sealed class LeaseLostException(Lease lease)
    : Exception($"The lease on {lease.Job}/{lease.Shard} was lost to another Worker.");
