using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary><c>POST /api/v1/tenant/reopen</c>: takes a closing back, by the session that closed the tenant.</summary>
public static class ReopenTenant
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        HttpContext http, AppDbContext database, DirectoryMirror mirror, AuditTrail audit, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await TenantRow.LockAsync(database, cancellationToken) is not { State: TenantState.Closing } tenant)
        {
            return Problems.Conflict("tenant_not_closing", "The tenant is not closing.");
        }

        var now = time.NowToStore();
        if (tenant.EraseAfter <= now)
        {
            return Problems.Conflict("tenant_being_erased", "The tenant is being erased.");
        }

        TenantStates.Activate(tenant, now);
        await audit.SaveAsync(new AuditEvent(AuditActions.TenantReopened, AuditOutcome.Succeeded, "tenant", $"{tenant.Id}"), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await mirror.RefreshAsync(tenant.Id);
        return ReadTenant.Answer(tenant, http.Response);
    }
}

/// <summary>Changes of a tenant's state that more than one endpoint makes.</summary>
internal static class TenantStates
{
    /// <summary>Makes it active again.</summary>
    public static void Activate(Tenant tenant, DateTimeOffset now) =>
        (tenant.State, tenant.SuspendedReason, tenant.ClosingAt, tenant.EraseAfter, tenant.UpdatedAt) = (TenantState.Active, null, null, null, now);
}
