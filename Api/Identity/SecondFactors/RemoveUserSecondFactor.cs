using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// An administrator takes the second factor of somebody who has lost it away, and ends that user's sessions. Nobody does so to
/// himself: a stolen access token of an administrator would be enough.
/// </summary>
public static class RemoveUserSecondFactor
{
    /// <summary>Handles <c>DELETE /api/v1/users/{id}/second-factor</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        Guid id, Principal principal, AppDbContext database, GrantPolicy grants, SecondFactorStore store, SecondFactorAttempts attempts,
        SessionEnding sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (id == principal.UserId)
        {
            return Problems.Conflict("own_second_factor", "Remove your own with a code: DELETE /api/v1/auth/me/second-factor.");
        }

        if (await database.Users.Where(user => user.Id == id).Select(user => user.Roles).SingleOrDefaultAsync(cancellationToken) is not { } roles)
        {
            return Problems.NotFound("user_not_found", "There is no such user.");
        }

        if (await grants.CheckRolesAsync(principal, roles, cancellationToken) is { } beyond)
        {
            return beyond;
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await store.RemoveAsync(id, cancellationToken))
        {
            return SecondFactorProblems.NotFound();
        }

        await attempts.ForgiveAsync(id, cancellationToken);
        await sessions.EndAllOfUserAsync(id, SessionEnding.SecondFactorRemoved, exceptSessionId: null, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.SecondFactorRemoved, AuditOutcome.Succeeded, "user", id.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
