using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Sessions;

namespace ProductionReady.Api.Identity;

/// <summary>Ends the caller's session: its access tokens and its refresh token are refused from the answer on.</summary>
public static class Logout
{
    /// <summary>Handles <c>POST /api/v1/auth/logout</c>.</summary>
    public static async Task<NoContent> HandleAsync(Principal principal, SessionEnding sessions, AuditTrail audit, CancellationToken cancellationToken)
    {
        if (!await sessions.EndAsync(principal.SessionId, SessionEnding.Logout, cancellationToken))
        {
            audit.NothingChanged();
        }

        return TypedResults.NoContent();
    }
}
