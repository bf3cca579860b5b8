using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Data.Operations;

/// <summary>How it stands with one thing. Stored as <c>healthy</c>, <c>degraded</c>, <c>unhealthy</c>, <c>unknown</c>.</summary>
public enum OperationHealthState
{
    /// <summary>As promised.</summary>
    Healthy,

    /// <summary>To be looked at; nothing is lost.</summary>
    Degraded,

    /// <summary>What is promised does not hold.</summary>
    Unhealthy,

    /// <summary>It cannot be said.</summary>
    Unknown,
}

/// <summary>What a Worker says about one of the promises that it looks after.</summary>
public sealed class OperationHealth
{
    /// <summary>The Worker: machine and process.</summary>
    public required string Worker { get; init; }

    /// <summary>What it is about, such as <c>backup-age</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public required OperationHealthState State { get; init; }

    /// <summary>Why: one sentence with the figures.</summary>
    public required string Detail { get; init; }

    /// <summary>Since when it stands like this, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last looked at, UTC; a Worker that is silent has nothing to say.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<OperationHealth>
    {
        public void Configure(EntityTypeBuilder<OperationHealth> entity)
        {
            entity.ToTable("operation_health", table => table.HasTextCheck("operation_health", "state", StoredText.All<OperationHealthState>()));
            entity.HasKey(health => new { health.Worker, health.Name });
        }
    }
}
