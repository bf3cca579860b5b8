using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary>A trial of the whole way back.</summary>
/// <param name="Id">Its id in the store.</param>
/// <param name="StartedAt">When it was begun, UTC.</param>
/// <param name="FinishedAt">When it ended, UTC.</param>
/// <param name="Outcome"><c>passed</c>, <c>failed</c> or <c>not_possible</c>.</param>
/// <param name="Document">All that was found and measured, the recovery point and time among it.</param>
public sealed record DrillView(string Id, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Outcome, JsonElement Document)
{
    internal static DrillView Of(PublishedDrill drill) =>
        new(drill.Id, drill.StartedAt, drill.FinishedAt, drill.Outcome, JsonElement.Parse(drill.Document));
}

/// <summary>A page of drills.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record DrillPage(IReadOnlyList<DrillView> Items, string? NextCursor);

/// <summary><c>GET /api/v1/operations/drills</c></summary>
public static class ListDrills
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (NewestFirst.TryRead("drills", principal.TenantId, limit, cursor, cursors, out var page) is { } problem)
        {
            return problem;
        }

        var rows = await database.PublishedDrills.AsNoTracking()
            .Where(drill => page.Before == null || drill.Place < page.Before)
            .OrderByDescending(drill => drill.Place).Take(page.Count + 1).ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformOperationsRead, AuditOutcome.Succeeded, "drill", null), cancellationToken);
        return TypedResults.Ok(new DrillPage([.. rows.Take(page.Count).Select(DrillView.Of)], page.Next([.. rows.Select(row => row.Place)], cursors)));
    }
}
