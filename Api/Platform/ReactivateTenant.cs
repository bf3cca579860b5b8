using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Tenants;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>
/// <c>POST /api/v1/platform/tenants/{id}/reactivate</c>: ends a suspension, or takes a closing back until the erasure begins. Users sign
/// in anew; API keys are good again.
/// </summary>
public static class ReactivateTenant
{
    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(string id, TenantChange change, CancellationToken cancellationToken) =>
        change.MakeAsync(id, AuditActions.TenantReactivated, changed => Task.FromResult(Reactivate(changed)), cancellationToken);

    private static ApiProblem? Reactivate(ChangedTenant changed)
    {
        if (changed.Row.State == TenantState.Closing && changed.Row.EraseAfter <= changed.Now)
        {
            return Problems.Conflict("tenant_being_erased", "The tenant is being erased.");
        }

        TenantStates.Activate(changed.Row, changed.Now);
        return null;
    }
}
