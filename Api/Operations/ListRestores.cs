using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary><c>GET /api/v1/operations/restores</c></summary>
public static class ListRestores
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        string? limit, string? cursor, Principal principal, AppDbContext database, CursorSigner cursors, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (NewestFirst.TryRead("restores", principal.TenantId, limit, cursor, cursors, out var page) is { } problem)
        {
            return problem;
        }

        var rows = await database.OperationRequests.AsNoTracking()
            .Where(request => request.Kind == OperationKind.Restore && (page.Before == null || request.Id < page.Before))
            .OrderByDescending(request => request.Id).Take(page.Count + 1).ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformOperationsRead, AuditOutcome.Succeeded, "restore", null), cancellationToken);
        return TypedResults.Ok(new OperationRequestPage(
            [.. rows.Take(page.Count).Select(OperationRequestView.Of)], page.Next([.. rows.Select(row => row.Id)], cursors)));
    }
}
