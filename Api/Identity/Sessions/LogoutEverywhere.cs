using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>Ends all of the caller's sessions, the one that asks with them.</summary>
public static class LogoutEverywhere
{
    /// <summary>Handles <c>POST /api/v1/auth/logout-everywhere</c>.</summary>
    public static async Task<NoContent> HandleAsync(Principal principal, SessionEnding sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (await sessions.EndAllOfUserAsync(principal.UserId, SessionEnding.LogoutEverywhere, exceptSessionId: null, cancellationToken) == 0)
        {
            audit.NothingChanged();
        }

        return TypedResults.NoContent();
    }
}
