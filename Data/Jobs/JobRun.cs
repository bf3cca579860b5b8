using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ProductionReady.Data.Jobs;

/// <summary>One run of a job: the audited record of work that crosses tenants.</summary>
public sealed class JobRun
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Which part of the job.</summary>
    public required string Shard { get; init; }

    /// <summary>The worker that ran it.</summary>
    public required string Holder { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; <see langword="null"/> while it runs, or when its worker died.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>How it ended: a word such as <c>succeeded</c> or <c>failed</c>.</summary>
    public string? Outcome { get; set; }

    /// <summary>What it did, as a JSON object: counts, sizes, durations. Holds no personal data.</summary>
    public string? Details { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<JobRun>
    {
        public void Configure(EntityTypeBuilder<JobRun> entity)
        {
            entity.ToTable("job_runs");
            entity.Property(run => run.Details).HasColumnType("jsonb");
            entity.HasIndex(run => new { run.Job, run.StartedAt });
        }
    }
}
