using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary><c>GET /api/v1/tenant</c>: the caller's tenant with its ETag.</summary>
public static class ReadTenant
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(AppDbContext database, HttpResponse response, CancellationToken cancellationToken) =>
        await database.Tenants.AsNoTracking().SingleOrDefaultAsync(cancellationToken) is { } tenant
            ? Answer(tenant, response)
            : Problems.NotFound("tenant_not_found", "The tenant was erased.");

    /// <summary>A tenant as it is answered.</summary>
    internal static IResult Answer(Tenant tenant, HttpResponse response)
    {
        response.Headers.ETag = EntityVersion.ETag(tenant.Version);
        return TypedResults.Ok(TenantSettings.Of(tenant));
    }
}
