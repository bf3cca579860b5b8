using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Operations;

/// <summary><c>GET /api/v1/operations/requests/{id}</c></summary>
public static class ReadRequest
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(string id, AppDbContext database, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var requestId)
            || await database.OperationRequests.AsNoTracking().SingleOrDefaultAsync(request => request.Id == requestId, cancellationToken) is not { } found)
        {
            return Problems.NotFound("request_not_found", "There is no request of that id.");
        }

        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformOperationsRead, AuditOutcome.Succeeded, "operation_request", id), cancellationToken);
        return TypedResults.Ok(OperationRequestView.Of(found));
    }
}
