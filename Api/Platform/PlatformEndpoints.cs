using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Platform;

/// <summary>
/// <c>/api/v1/platform</c>: what the operator may know and do about tenants. People of the platform's own tenant alone; no API key.
/// </summary>
public static class PlatformEndpoints
{
    /// <summary>Registers what they need.</summary>
    public static void AddPlatform(this IHostApplicationBuilder builder)
    {
        builder.Services.AddScoped<PlatformTenants>();
        builder.Services.AddScoped<TenantChange>();
    }

    /// <summary>Maps them.</summary>
    public static void MapPlatformEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var platform = endpoints.MapApiGroup("platform", "Platform");
        platform.MapGet("tenants", ListTenants.HandleAsync)
            .WithName("listTenants").WithSummary("List and search tenants, with their limits and usage").ForOperators()
            .Audited(AuditActions.PlatformTenantsRead)
            .Produces<PlatformTenantPage>().ProducesProblems(422);
        platform.MapGet("tenants/{id}", ReadPlatformTenant.HandleAsync)
            .WithName("readTenant").WithSummary("Read a tenant").ForOperators()
            .Audited(AuditActions.PlatformTenantsRead)
            .Produces<PlatformTenantView>().ProducesProblems(404);
        platform.MapPost("tenants/{id}/suspend", SuspendTenant.HandleAsync)
            .WithName("suspendTenant").WithSummary("Suspend a tenant: sign everybody of it out and let nobody in").ForOperators()
            .Audited(AuditActions.TenantSuspended).ChangesATenant();
        platform.MapPost("tenants/{id}/reactivate", ReactivateTenant.HandleAsync)
            .WithName("reactivateTenant").WithSummary("End a suspension, or take a closing back").ForOperators()
            .Audited(AuditActions.TenantReactivated).ChangesATenant();
        platform.MapPut("tenants/{id}/limits", SetLimits.HandleAsync)
            .WithName("setTenantLimits").WithSummary("Set the limits of a tenant's plan").ForOperators()
            .Audited(AuditActions.TenantLimitsChanged).ChangesATenant();
        platform.MapPost("tenants/{id}/erase", EraseTenant.HandleAsync)
            .WithName("eraseTenant").WithSummary("Close a tenant and have it erased now").ForOperators()
            .Audited(AuditActions.TenantErasureOrdered).ChangesATenant();
        platform.MapGet("tombstones", ListTombstones.HandleAsync)
            .WithName("listTombstones").WithSummary("List the proofs of erasures").ForOperators()
            .Audited(AuditActions.PlatformTombstonesRead)
            .Produces<TombstonePage>().ProducesProblems(422);
        platform.MapGet("statistics", PlatformStatistics.HandleAsync)
            .WithName("getStatistics").WithSummary("What all tenants use together").ForOperators()
            .Audited(AuditActions.PlatformStatisticsRead)
            .Produces<PlatformStatistics>();
    }

    private static RouteHandlerBuilder ForOperators(this RouteHandlerBuilder endpoint) =>
        endpoint.RequirePermission(Permissions.PlatformManage).RequireUser();

    private static RouteHandlerBuilder ChangesATenant(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<PlatformTenantView>().ProducesProblems(404, 409, 413, 415, 422);
}
