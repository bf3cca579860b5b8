using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Platform;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Operations;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Operations;

/// <summary>What is asked for.</summary>
/// <param name="TenantId">The one tenant.</param>
/// <param name="To">The moment to which, with an offset (RFC 3339).</param>
public sealed record NewRestore(Guid TenantId, DateTimeOffset To);

/// <summary>
/// <c>POST /api/v1/operations/restores</c>: 202 with a request. A Worker recovers beside the live server and records the difference; nothing
/// is changed until an operator confirms it on the command line.
/// </summary>
public static class RequestRestore
{
    /// <summary>Each takes a recovered server of its own, so that few may wait.</summary>
    private const int MostOpen = 5;

    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        NewRestore request, Principal principal, AppDbContext database, PlatformTenants tenants, AuditTrail audit, TimeProvider time,
        KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        var errors = new FieldErrors()
            .Require(request.To < now, "to", "Must be in the past.")
            .Require(request.TenantId != PlatformTenant.Id, "tenantId", "The platform's own tenant is not brought back.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        await using var change = await ChangeTransaction.BeginAsync(database, keyed, cancellationToken);
        if (await database.Tombstones.AnyAsync(tombstone => tombstone.Id == request.TenantId, cancellationToken))
        {
            return Problems.Conflict("tenant_erased", "The tenant was erased; it is not brought back from a backup.");
        }

        if (await tenants.FindAsync(request.TenantId, cancellationToken) is null)
        {
            return ReadPlatformTenant.NotFound();
        }

        if (await database.OperationRequests.CountAsync(
            open => open.Kind == OperationKind.Restore && (open.State == OperationState.Waiting || open.State == OperationState.Running), cancellationToken) >= MostOpen)
        {
            return Problems.Conflict("too_many_restores", $"{MostOpen} restores are being worked out; ask again when one is done.", TimeSpan.FromMinutes(1));
        }

        var asked = new OperationRequest
        {
            Kind = OperationKind.Restore,
            RequestedBy = principal.SubjectId,
            RequestedAt = now,
            Tenant = request.TenantId,
            RestoreTo = request.To.ToUniversalTime(),
        };
        database.OperationRequests.Add(asked);
        await audit.SaveAsync(
            new AuditEvent(AuditActions.RestoreRequested, AuditOutcome.Succeeded, "operation_request", $"{asked.Id}")
            {
                After = new { tenant = request.TenantId, to = asked.RestoreTo },
            },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Accepted(OperationEndpoints.Requests + asked.Id, OperationRequestView.Of(asked));
    }
}
