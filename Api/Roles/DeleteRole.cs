using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Roles;

/// <summary>Deletes a role of the tenant's own that nobody has and nobody is invited to.</summary>
public static class DeleteRole
{
    /// <summary>Handles <c>DELETE /api/v1/roles/{name}</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        string name, HttpContext context, Principal principal, AppDbContext database, AccessChanges access, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await ReplaceRole.FindAsync(name, database, cancellationToken) is not { } role)
        {
            return ReplaceRole.IsBuiltIn(name, principal) ? ReplaceRole.BuiltIn() : RoleReads.NotFound();
        }

        if (context.Stale(role.Version, "role_changed") is { } stale)
        {
            return stale;
        }

        if (GrantPolicy.Check(principal, role.Permissions) is { } beyond)
        {
            return beyond;
        }

        // UtcNow becomes the database's now().
        if (await database.Users.AnyAsync(user => user.Roles.Contains(name), cancellationToken)
            || await database.Invitations.AnyAsync(
                invitation => invitation.Roles.Contains(name) && invitation.AcceptedAt == null && invitation.RevokedAt == null
                    && invitation.ExpiresAt > DateTimeOffset.UtcNow,
                cancellationToken))
        {
            return Problems.Conflict("role_in_use", "Users have this role, or are invited to it.");
        }

        database.Roles.Remove(role);
        await trail.SaveAsync(
            new AuditEvent(AuditActions.RoleDeleted, AuditOutcome.Succeeded, "role", name) { Before = RoleResource.Audited(role) }, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
