using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Platform;

/// <summary><c>GET /api/v1/platform/tenants/{id}</c></summary>
public static class ReadPlatformTenant
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(string id, PlatformTenants tenants, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var tenantId) || await tenants.FindAsync(tenantId, cancellationToken) is not { } row)
        {
            return NotFound();
        }

        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformTenantsRead, AuditOutcome.Succeeded, "tenant", id), cancellationToken);
        return TypedResults.Ok(PlatformTenantView.Of(row));
    }

    /// <summary>404.</summary>
    internal static ApiProblem NotFound() => Problems.NotFound("tenant_not_found", "There is no tenant of that id; it may have been erased.");
}
