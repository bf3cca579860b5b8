using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary>How it stands with what the Workers look after.</summary>
/// <param name="State">The worst of all; <c>unknown</c> when no Worker has said anything for a minute.</param>
/// <param name="Items">By Worker and name.</param>
public sealed record OperationHealthView(string State, IReadOnlyList<OperationHealthItem> Items);

/// <summary>How it stands with one thing.</summary>
/// <param name="Worker">Who says so.</param>
/// <param name="Name">What it is about, as the alert of that name has it.</param>
/// <param name="State"><c>healthy</c>, <c>degraded</c>, <c>unhealthy</c> or <c>unknown</c>.</param>
/// <param name="Detail">Why.</param>
/// <param name="Since">Since when it stands like this, UTC.</param>
/// <param name="CheckedAt">When it was last looked at, UTC.</param>
public sealed record OperationHealthItem(string Worker, string Name, string State, string Detail, DateTimeOffset Since, DateTimeOffset CheckedAt);

/// <summary><c>GET /api/v1/operations/health</c></summary>
public static class ReadHealth
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(AppDbContext database, AuditTrail audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var heard = time.GetUtcNow() - Silence;
        var rows = await database.OperationHealth.AsNoTracking()
            .Where(health => health.CheckedAt > heard)
            .OrderBy(health => health.Worker).ThenBy(health => health.Name).ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformOperationsRead, AuditOutcome.Succeeded, "health", null), cancellationToken);
        return TypedResults.Ok(new OperationHealthView(
            StoredText.Of(Worst([.. rows.Select(row => row.State)])),
            [.. rows.Select(row => new OperationHealthItem(row.Worker, row.Name, StoredText.Of(row.State), row.Detail, row.Since, row.CheckedAt))]));
    }

    private static OperationHealthState Worst(IReadOnlyList<OperationHealthState> states) =>
        states.Count == 0 ? OperationHealthState.Unknown
        : states.Contains(OperationHealthState.Unhealthy) ? OperationHealthState.Unhealthy
        : states.Contains(OperationHealthState.Unknown) ? OperationHealthState.Unknown
        : states.Contains(OperationHealthState.Degraded) ? OperationHealthState.Degraded
        : OperationHealthState.Healthy;
}
