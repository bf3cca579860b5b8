using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>Ends one of the caller's own sessions, such as that of a lost device.</summary>
public static class EndSession
{
    /// <summary>Handles <c>DELETE /api/v1/auth/sessions/{id}</c>. One that has ended already is 204 too; another user's is 404.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        string id, Principal principal, AppDbContext database, SessionEnding sessions, AuditTrail audit,
        CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var sessionId)
            || !await database.Sessions.AnyAsync(session => session.Id == sessionId && session.UserId == principal.UserId, cancellationToken))
        {
            return Problems.NotFound("session_not_found", "You have no such session.");
        }

        if (!await sessions.EndAsync(sessionId, SessionEnding.EndedByUser, cancellationToken))
        {
            audit.NothingChanged();
        }

        return TypedResults.NoContent();
    }
}
