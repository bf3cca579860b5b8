using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Whether a token's session may still be used. As a rule <see cref="RevokedSessions"/> knows, in this process's memory; when
/// it does not, as while Redis is away, the session's row decides. If the database is away too, the request fails with 503:
/// nothing is let in unchecked.
/// </summary>
/// <remarks>The scope's tenant must be the token's.</remarks>
public sealed class SessionCheck(RevokedSessions revoked, IServiceProvider services, TimeProvider time)
{
    /// <summary>True when the token may be used.</summary>
    public ValueTask<bool> MayBeUsedAsync(AccessToken token, CancellationToken cancellationToken) =>
        revoked.Look(token.Principal.SessionId, token.IssuedAt) switch
        {
            SessionState.Good => ValueTask.FromResult(true),
            SessionState.Revoked => ValueTask.FromResult(false),
            _ => new(AskDatabaseAsync(token.Principal.SessionId, cancellationToken)),
        };

    private Task<bool> AskDatabaseAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        // Asked for only now: making a context is a good part of what a request costs that needs none.
        var database = services.GetRequiredService<AppDbContext>();
        var now = time.GetUtcNow();
        return database.Sessions.AnyAsync(
            session => session.Id == sessionId && session.RevokedAt == null && session.ExpiresAt > now, cancellationToken);
    }
}
