using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Users;

/// <summary>
/// Deletes a user with everything that is his own: sessions, second factor, resets. What he did stays in the audit trail under
/// his id. The database keeps the last administrator.
/// </summary>
public static class DeleteUser
{
    /// <summary>Handles <c>DELETE /api/v1/users/{id}</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        string id, HttpContext context, Principal principal, AppDbContext database, AccessChanges access, GrantPolicy grants, AuditTrail trail,
        CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await UserReads.LockAsync(id, database, cancellationToken) is not { } user)
        {
            return UserReads.NotFound();
        }

        if (context.Stale(user.Version, "user_changed") is { } stale)
        {
            return stale;
        }

        if (await grants.CheckRolesAsync(principal, user.Roles, cancellationToken) is { } beyond)
        {
            return beyond;
        }

        // Before the rows go that say which sessions there were.
        await access.EndSessionsAsync(user.Id, cancellationToken);
        database.Users.Remove(user);
        await trail.SaveAsync(
            new AuditEvent(AuditActions.UserDeleted, AuditOutcome.Succeeded, "user", $"{user.Id}") { Before = UserResource.Audited(user) },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
