using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Roles;

/// <summary>Reading roles and permissions.</summary>
public static class RoleReads
{
    /// <summary>Handles <c>GET /api/v1/roles</c>.</summary>
    public static async Task<Ok<RoleList>> ListAsync(Principal principal, AppDbContext database, CancellationToken cancellationToken)
    {
        var own = await database.Roles.AsNoTracking().OrderBy(role => role.Name).ToListAsync(cancellationToken);
        return TypedResults.Ok(new RoleList([.. BuiltIn(principal).Concat(own.Select(RoleResource.Of))]));
    }

    /// <summary>Handles <c>GET /api/v1/roles/{name}</c>.</summary>
    public static async Task<Results<Ok<RoleResource>, StatusCodeHttpResult, ApiProblem>> ReadAsync(
        string name, HttpContext context, Principal principal, AppDbContext database, CancellationToken cancellationToken)
    {
        if (BuiltIn(principal).FirstOrDefault(role => role.Name == name) is { } builtIn)
        {
            return TypedResults.Ok(builtIn);
        }

        if (await database.Roles.AsNoTracking().SingleOrDefaultAsync(role => role.Name == name, cancellationToken) is not { } own)
        {
            return NotFound();
        }

        return context.NotModified(own.Version) is { } held ? held : context.Versioned(RoleResource.Of(own), own.Version);
    }

    /// <summary>Handles <c>GET /api/v1/permissions</c>.</summary>
    public static Ok<PermissionList> ListPermissions() => TypedResults.Ok(new PermissionList(
        [.. Permissions.OfTenants.Select(permission => new PermissionResource(permission, PermissionDescriptions.All[permission]))]));

    /// <summary>404, the same for a name that is nobody's and another tenant's.</summary>
    public static ApiProblem NotFound() => Problems.NotFound("role_not_found", "There is no role of that name.");

    private static IEnumerable<RoleResource> BuiltIn(Principal principal) => BuiltInRoles.All
        .Where(name => name != BuiltInRoles.PlatformAdmin || principal.TenantId == PlatformTenant.Id)
        .Select(name => RoleResource.OfBuiltIn(name)!);
}
