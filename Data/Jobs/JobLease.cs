using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Jobs;

/// <summary>
/// Who may run a shard of a scheduled job, and when it is due next. A worker takes the row for a while; when it dies the
/// lease runs out and another takes over.
/// </summary>
public sealed class JobLease
{
    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Which part of the job; a job that is not divided has one shard.</summary>
    public required string Shard { get; init; }

    /// <summary>The worker that holds it, if any.</summary>
    public string? Holder { get; set; }

    /// <summary>When the lease runs out, UTC.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When it is to run next, UTC.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>When it last began, UTC.</summary>
    public DateTimeOffset? LastStartedAt { get; set; }

    /// <summary>When it last ended, UTC.</summary>
    public DateTimeOffset? LastFinishedAt { get; set; }

    /// <summary>How it last ended: a word such as <c>succeeded</c> or <c>failed</c>.</summary>
    public string? LastOutcome { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<JobLease>
    {
        public void Configure(EntityTypeBuilder<JobLease> entity)
        {
            entity.ToTable("job_leases");
            entity.HasKey(lease => new { lease.Job, lease.Shard });
        }
    }
}
