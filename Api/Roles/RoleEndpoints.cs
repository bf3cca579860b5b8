using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;

namespace ProductionReady.Api.Roles;

/// <summary><c>/api/v1/roles</c> and <c>/api/v1/permissions</c></summary>
public static class RoleEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapRoleEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var roles = endpoints.MapApiGroup("roles", "Roles").RequirePermission(Permissions.RoleManage);
        roles.MapGet("", RoleReads.ListAsync)
            .WithName("listRoles").WithSummary("List the built-in roles and the tenant's own");
        roles.MapPost("", CreateRole.HandleAsync)
            .Audited(AuditActions.RoleCreated)
            .TakesIdempotencyKey()
            .WithName("createRole").WithSummary("Make a role")
            .ProducesProblems(409, 413, 415, 422);
        roles.MapGet("{name}", RoleReads.ReadAsync)
            .WithName("readRole").WithSummary("Read a role")
            .Produces(304).ProducesProblems(404);
        roles.MapPut("{name}", ReplaceRole.HandleAsync)
            .Audited(AuditActions.RoleUpdated)
            .WithName("replaceRole").WithSummary("Change a role, for all who have it")
            .ProducesProblems(404, 409, 412, 413, 415, 422);
        roles.MapDelete("{name}", DeleteRole.HandleAsync)
            .Audited(AuditActions.RoleDeleted)
            .WithName("deleteRole").WithSummary("Delete a role that nobody has")
            .ProducesProblems(404, 409, 412);

        endpoints.MapApiGroup("permissions", "Roles").MapGet("", RoleReads.ListPermissions)
            .RequirePermission(Permissions.RoleManage)
            .WithName("listPermissions").WithSummary("List the permissions that a role can grant");
    }
}
