using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ProductionReady.Data.Conventions;

namespace ProductionReady.Data.Operations;

/// <summary>What a request asks the Worker for. Stored as <c>backup</c>, <c>restore</c>.</summary>
public enum OperationKind
{
    /// <summary>A backup now, beside the scheduled ones.</summary>
    Backup,

    /// <summary>To recover beside the live server and say what bringing one tenant back would change; it changes nothing.</summary>
    Restore,
}

/// <summary>How far a request is. Stored as <c>waiting</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c>, <c>applied</c>.</summary>
public enum OperationState
{
    /// <summary>No Worker has begun.</summary>
    Waiting,

    /// <summary>A Worker is at it; one that dies leaves it to another.</summary>
    Running,

    /// <summary>Done; of a restore: the difference is known.</summary>
    Succeeded,

    /// <summary>Not possible; the problem says why.</summary>
    Failed,

    /// <summary>Of a restore: an operator brought the tenant back.</summary>
    Applied,
}

/// <summary>
/// Something that the Api, or the app host, asks the Worker for. Of the whole platform; holds ids and counts and no personal data.
/// </summary>
public sealed class OperationRequest
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>What is asked for.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public OperationState State { get; set; } = OperationState.Waiting;

    /// <summary>The platform administrator who asked; <see langword="null"/> for whoever runs the app.</summary>
    public Guid? RequestedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Of a restore: the tenant.</summary>
    public Guid? Tenant { get; init; }

    /// <summary>Of a restore: the moment to which, UTC.</summary>
    public DateTimeOffset? RestoreTo { get; init; }

    /// <summary>How many Workers began it.</summary>
    public int Attempts { get; set; }

    /// <summary>When the last of them did, UTC.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it was done, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>What came of it, as a JSON object.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why nothing came of it: one sentence.</summary>
    public string? Problem { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<OperationRequest>
    {
        public void Configure(EntityTypeBuilder<OperationRequest> entity)
        {
            entity.ToTable("operation_requests", table =>
            {
                table.HasTextCheck("operation_requests", "kind", StoredText.All<OperationKind>());
                table.HasTextCheck("operation_requests", "state", StoredText.All<OperationState>());
                table.HasCheckConstraint("ck_operation_requests_restore", "(kind = 'restore'::text) = (tenant IS NOT NULL AND restore_to IS NOT NULL)");
            });
            entity.Property(request => request.Attempts).HasDefaultValueSql("0").ValueGeneratedNever();
            entity.Property(request => request.Outcome).HasColumnType("jsonb");
            entity.HasIndex(request => new { request.State, request.Id });
        }
    }
}
