using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.RateLimits;
using ProductionReady.Api.Tenants.Export;
using ProductionReady.Api.Tenants.Import;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.ServiceDefaults.Configuration;

namespace ProductionReady.Api.Tenants;

/// <summary><c>/api/v1/tenants</c> for signing up, and <c>/api/v1/tenant</c>, the caller's own.</summary>
public static class TenantEndpoints
{
    /// <summary>Registers what they need.</summary>
    public static void AddTenants(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TenantOptions>().BindChecked(TenantOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddScoped<SignUp>();
        builder.Services.AddScoped<UserRoom>();
        builder.Services.AddScoped<CloseTenant>();
        builder.Services.AddScoped<ExportTenant>();
        builder.Services.AddScoped<TenantImport>();
        builder.Services.AddSingleton<PlanCache>();
    }

    /// <summary>Maps them.</summary>
    public static void MapTenantEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var tenants = endpoints.MapApiGroup("tenants", "Tenants");
        tenants.MapPost("", SignUp.HandleAsync)
            .WithName("signUp")
            .WithSummary("Sign up: a new tenant with its first administrator")
            .AllowAnonymousBecause(AnonymousEndpoints.SignUp)
            .RateLimitBy(RateLimitPolicy.SignUp)
            .Audited(AuditActions.TenantCreated)
            .ProducesProblems(
                StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity);
        MapOwn(endpoints.MapApiGroup("tenant", "Tenant"));
    }

    private static void MapOwn(RouteGroupBuilder tenant)
    {
        tenant.MapGet("", ReadTenant.HandleAsync)
            .WithName("readOwnTenant").WithSummary("Read the tenant's settings").ForAdministrators()
            .Produces<TenantSettings>().ProducesProblems(404);
        tenant.MapPatch("", ChangeTenant.HandleAsync)
            .WithName("changeOwnTenant").WithSummary("Change the tenant's name, time zone or language").ForAdministrators()
            .Audited(AuditActions.TenantUpdated)
            .Produces<TenantSettings>().ProducesProblems(404, 412, 413, 415, 422);
        tenant.MapGet("usage", ReadUsage.HandleAsync)
            .WithName("readUsage").WithSummary("Read what the tenant uses of what its plan allows").ForAdministrators()
            .Produces<UsageReport>().ProducesProblems(404);
        tenant.MapGet("export", ExportTenant.HandleAsync)
            .WithName("exportTenant").WithSummary("Export all data of the tenant as one archive").ForAdministrators()
            .Audited(AuditActions.TenantExported)
            .Produces(200, contentType: ExportTenant.MediaType).ProducesProblems(404, 409);
        tenant.MapPost("import", ImportTenant.HandleAsync)
            .WithName("importTenant").WithSummary("Take an archive into the tenant, which must be new").ForAdministrators()
            .Audited(AuditActions.TenantImported)
            .Accepts<Stream>(ExportTenant.MediaType)
            .Produces<TenantImportReport>().ProducesProblems(409, 413, 415, 422);
        tenant.MapPost("close", CloseTenant.HandleAsync)
            .WithName("closeTenant").WithSummary("Give the tenant up: sign everybody else out, and erase it after a grace").ForAdministrators()
            .Audited(AuditActions.TenantClosed)
            .Produces<TenantSettings>().ProducesProblems(409, 413, 415, 422);
        tenant.MapPost("reopen", ReopenTenant.HandleAsync)
            .WithName("reopenTenant").WithSummary("Take the closing back").ForAdministrators()
            .Audited(AuditActions.TenantReopened)
            .Produces<TenantSettings>().ProducesProblems(409);
    }

    private static RouteHandlerBuilder ForAdministrators(this RouteHandlerBuilder endpoint) =>
        endpoint.RequirePermission(Permissions.TenantManage).RequireUser();
}
