using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Operations;

namespace ProductionReady.Api.Operations;

/// <summary>
/// <c>POST /api/v1/operations/backups</c>: 202 with a request that a Worker takes up within seconds. While one waits that nobody has begun,
/// it is answered in place of a further one: the same backup serves both.
/// </summary>
public static class RequestBackup
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        Principal principal, AppDbContext database, AuditTrail audit, TimeProvider time, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        await using var change = await ChangeTransaction.BeginAsync(database, keyed, cancellationToken);
        var request = await database.OperationRequests.AsNoTracking()
            .Where(waiting => waiting.Kind == OperationKind.Backup && waiting.State == OperationState.Waiting)
            .OrderBy(waiting => waiting.Id).FirstOrDefaultAsync(cancellationToken);
        if (request is null)
        {
            request = new OperationRequest { Kind = OperationKind.Backup, RequestedBy = principal.SubjectId, RequestedAt = time.NowToStore() };
            database.OperationRequests.Add(request);
        }

        await audit.SaveAsync(
            new AuditEvent(AuditActions.BackupRequested, AuditOutcome.Succeeded, "operation_request", $"{request.Id}"), cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Accepted(OperationEndpoints.Requests + request.Id, OperationRequestView.Of(request));
    }
}
