using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Tenants;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Data;

namespace ProductionReady.Api.Platform;

/// <summary>
/// <c>PUT /api/v1/platform/tenants/{id}/limits</c>: all limits; null for none. What a tenant has beyond a new limit stays; it only gets
/// no more. Holds everywhere within 5 s.
/// </summary>
public static class SetLimits
{
    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(string id, TenantLimits limits, TenantChange change, PlanCache plans, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        foreach (var (name, value) in ((string, long?)[])
            [("maxUsers", limits.MaxUsers), ("maxContacts", limits.MaxContacts), ("maxEventsAMonth", limits.MaxEventsAMonth), ("maxStorageBytes", limits.MaxStorageBytes)])
        {
            errors.Require(value is null or >= 0, name, "Must not be negative.");
        }

        return errors.Any
            ? Task.FromResult<IResult>(Problems.Validation(errors))
            : change.MakeAsync(id, AuditActions.TenantLimitsChanged, changed => SetAsync(changed, limits, plans, cancellationToken), cancellationToken);
    }

    private static async Task<ApiProblem?> SetAsync(ChangedTenant changed, TenantLimits limits, PlanCache plans, CancellationToken cancellationToken)
    {
        (changed.Row.MaxUsers, changed.Row.MaxContacts, changed.Row.MaxEventsAMonth, changed.Row.MaxStorageBytes) = limits;

        // From here on contacts are counted again, for some may have been added without a look at the limit.
        await changed.Services.GetRequiredService<AppDbContext>().Database.ExecuteSqlAsync(
            $"""
            INSERT INTO contact_allowances (tenant_id, bound, limit_changed_at) VALUES ({changed.Row.Id}, NULL, now())
            ON CONFLICT (tenant_id) DO UPDATE SET bound = NULL, limit_changed_at = now()
            """,
            cancellationToken);
        plans.Forget(changed.Row.Id);
        return null;
    }
}
