using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>
/// <c>POST /api/v1/platform/tenants/{id}/erase</c>: closes the tenant and has the Worker erase it now, without grace. There is no way
/// back, so the slug must be named once more.
/// </summary>
public static class EraseTenant
{
    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(string id, EraseTenantRequest request, TenantChange change, CancellationToken cancellationToken) =>
        change.MakeAsync(id, AuditActions.TenantErasureOrdered, changed => OrderAsync(changed, request.Slug, cancellationToken), cancellationToken);

    private static async Task<ApiProblem?> OrderAsync(ChangedTenant changed, string slug, CancellationToken cancellationToken)
    {
        if (changed.Row.Slug != slug)
        {
            return Problems.Validation(new FieldErrors().Add("slug", "Is not the tenant's."));
        }

        var database = changed.Services.GetRequiredService<AppDbContext>();
        (changed.Row.State, changed.Row.SuspendedReason) = (TenantState.Closing, null);
        (changed.Row.ClosingAt, changed.Row.EraseAfter) = (changed.Row.ClosingAt ?? changed.Now, changed.Now);
        await database.SaveChangesAsync(cancellationToken);
        await changed.Services.GetRequiredService<SessionEnding>().EndAllOfTenantAsync(SessionEnding.TenantClosed, cancellationToken);
        changed.HastensErasure = true;
        return null;
    }
}

/// <summary>Erasing a tenant now.</summary>
/// <param name="Slug">The tenant's, so that no other one is erased by a slip.</param>
public sealed record EraseTenantRequest(string Slug);
