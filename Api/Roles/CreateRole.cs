using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Json;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Roles;

/// <summary>Makes a role of the tenant's own.</summary>
public static class CreateRole
{
    /// <summary>Handles <c>POST /api/v1/roles</c>.</summary>
    public static async Task<Results<Created<RoleResource>, ApiProblem>> HandleAsync(
        NewRole request, HttpContext context, Principal principal, AppDbContext database, AccessChanges access, AuditTrail trail,
        TimeProvider time, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors().CheckName(request.Name).Check(request.Description, request.Permissions);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        if (GrantPolicy.Check(principal, request.Permissions) is { } beyond)
        {
            return beyond;
        }

        await using var change = await access.BeginAsync(keyed, cancellationToken);
        var taken = await database.Roles.AsNoTracking().Select(role => role.Name).ToListAsync(cancellationToken);
        if (taken.Contains(request.Name, StringComparer.Ordinal))
        {
            return Problems.Conflict("role_name_taken", "Another role has this name.");
        }

        if (taken.Count >= RoleRules.MaxRoles)
        {
            return Problems.Conflict("too_many_roles", $"A tenant can have {RoleRules.MaxRoles} roles of its own.");
        }

        var now = time.NowToStore();
        var role = new Role
        {
            Name = request.Name,
            Description = request.Description,
            Permissions = [.. request.Permissions.Order(StringComparer.Ordinal)],
            CreatedAt = now,
            UpdatedAt = now,
        };
        database.Roles.Add(role);
        await trail.SaveAsync(
            new AuditEvent(AuditActions.RoleCreated, AuditOutcome.Succeeded, "role", role.Name) { After = RoleResource.Audited(role) }, cancellationToken);
        await change.CommitAsync(cancellationToken);
        context.Response.Headers.ETag = EntityVersion.ETag(role.Version);
        return TypedResults.Created($"/api/v1/roles/{role.Name}", RoleResource.Of(role));
    }
}
