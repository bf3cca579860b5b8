using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Roles;

/// <summary>Changes what a role of the tenant's own grants, for all who have it, at once.</summary>
public static class ReplaceRole
{
    /// <summary>Handles <c>PUT /api/v1/roles/{name}</c>.</summary>
    public static async Task<Results<Ok<RoleResource>, ApiProblem>> HandleAsync(
        string name, ChangedRole request, HttpContext context, Principal principal, AppDbContext database, AccessChanges access,
        AuditTrail trail, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await FindAsync(name, database, cancellationToken) is not { } role)
        {
            return IsBuiltIn(name, principal) ? BuiltIn() : RoleReads.NotFound();
        }

        if (context.Stale(role.Version, "role_changed") is { } stale)
        {
            return stale;
        }

        var errors = new FieldErrors().Check(request.Description, request.Permissions);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        // Both what it grants and what it granted: taking away what one does not have is as much beyond oneself.
        if (GrantPolicy.Check(principal, request.Permissions.Union(role.Permissions)) is { } beyond)
        {
            return beyond;
        }

        var before = RoleResource.Audited(role);
        string[] permissions = [.. request.Permissions.Order(StringComparer.Ordinal)];
        if (!permissions.SequenceEqual(role.Permissions, StringComparer.Ordinal))
        {
            role.Permissions = permissions;
            await access.RaiseHoldersAsync(name, cancellationToken);
        }

        role.Description = request.Description;
        role.UpdatedAt = time.NowToStore();
        await trail.SaveAsync(
            new AuditEvent(AuditActions.RoleUpdated, AuditOutcome.Succeeded, "role", name) { Before = before, After = RoleResource.Audited(role) },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return context.Versioned(RoleResource.Of(role), role.Version);
    }

    /// <summary>A role of the tenant's own.</summary>
    internal static Task<Role?> FindAsync(string name, AppDbContext database, CancellationToken cancellationToken) =>
        database.Roles.SingleOrDefaultAsync(role => role.Name == name, cancellationToken);

    /// <summary>Whether the name is a built-in role's here.</summary>
    internal static bool IsBuiltIn(string name, Principal principal) =>
        RolePermissions.BuiltIn.ContainsKey(name)
        && (name != BuiltInRoles.PlatformAdmin || principal.TenantId == Data.Tenants.PlatformTenant.Id);

    /// <summary>409.</summary>
    internal static ApiProblem BuiltIn() => Problems.Conflict("role_built_in", "Every tenant has this role; nobody can change or delete it.");
}
