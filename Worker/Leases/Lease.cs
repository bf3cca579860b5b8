namespace ProductionReady.Worker.Leases;

/// <summary>The right to run one shard of one job until it is finished, released or left to expire.</summary>
/// <param name="Holder">Unique to this claim, so that a claim that was lost can never renew or finish a later one.</param>
/// <param name="RunId">The row of <c>job_runs</c> that records this run.</param>
/// <param name="ClaimedAt">By the database's clock.</param>
public sealed record Lease(string Job, string Shard, string Holder, Guid RunId, DateTimeOffset ClaimedAt);
