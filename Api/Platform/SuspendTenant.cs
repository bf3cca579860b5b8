using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>Suspending a tenant.</summary>
/// <param name="Reason">Why, for other operators: 1 to 500 characters.</param>
public sealed record SuspendTenantRequest(string Reason);

/// <summary>
/// <c>POST /api/v1/platform/tenants/{id}/suspend</c>: within a second no session, access token or API key of the tenant is good anywhere.
/// </summary>
public static class SuspendTenant
{
    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(string id, SuspendTenantRequest request, TenantChange change, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > Tenant.SuspendedReasonMaxLength)
        {
            return Task.FromResult<IResult>(Problems.Validation(new FieldErrors().Add("reason", $"Must have 1 to {Tenant.SuspendedReasonMaxLength} characters.")));
        }

        return change.MakeAsync(id, AuditActions.TenantSuspended, changed => SuspendAsync(changed, request.Reason, cancellationToken), cancellationToken);
    }

    private static async Task<ApiProblem?> SuspendAsync(ChangedTenant changed, string reason, CancellationToken cancellationToken)
    {
        if (changed.Row.State == TenantState.Closing)
        {
            return Problems.Conflict("tenant_closing", "The tenant is closing; it can be reactivated or erased.");
        }

        (changed.Row.State, changed.Row.SuspendedReason) = (TenantState.Suspended, reason);

        // The row first: who signs in meanwhile waits for it, and those who were before are ended.
        await changed.Services.GetRequiredService<AppDbContext>().SaveChangesAsync(cancellationToken);
        await changed.Services.GetRequiredService<SessionEnding>().EndAllOfTenantAsync(SessionEnding.TenantSuspended, cancellationToken);
        return null;
    }
}
