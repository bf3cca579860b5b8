using System.Text.Json.Nodes;

namespace ProductionReady.Worker.Leases;

/// <summary>One run of a job under its lease.</summary>
public sealed class LeasedRun(Lease lease, LeaseStore store)
{
    /// <summary>The lease it runs under.</summary>
    public Lease Lease => lease;

    /// <summary>What the run did, for <c>job_runs.details</c>; recorded whatever the outcome.</summary>
    public JsonObject Details { get; } = [];

    /// <summary>Asks the database whether the lease still stands: the last question before a result is made to count.</summary>
    /// <exception cref="LeaseLostException">Another Worker has the job by now.</exception>
    public async Task ConfirmHeldAsync(CancellationToken cancellationToken)
    {
        if (!await store.RenewAsync(lease, cancellationToken))
        {
            throw new LeaseLostException(lease);
        }
    }
}
