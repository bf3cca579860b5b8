using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>Ends sessions for good: refresh tokens fail from then on because of the row, access tokens because of the feed.</summary>
public sealed partial class SessionEnding(AppDbContext database, RevocationFeed feed, SignInAudit audit, AuditTrail trail, TimeProvider time, ILogger<SessionEnding> logger)
{
    /// <summary>Why: the user left.</summary>
    public const string Logout = "logout";

    /// <summary>Why: a refresh token came a second time.</summary>
    public const string RefreshTokenReuse = "refresh_token_reuse";

    /// <summary>Ends a session of the current tenant; one that has ended already keeps its time and reason.</summary>
    public async Task EndAsync(Guid sessionId, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var ended = await database.Sessions
            .Where(session => session.Id == sessionId && session.RevokedAt == null)
            .ExecuteUpdateAsync(
                session => session.SetProperty(row => row.RevokedAt, now).SetProperty(row => row.RevokedReason, reason),
                cancellationToken);
        if (ended == 0)
        {
            trail.NothingChanged();
        }
        else
        {
            await (reason == RefreshTokenReuse
                ? audit.RefreshReplayedAsync(sessionId, cancellationToken)
                : audit.EndedAsync(sessionId, reason, cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);

        // Told even when the row had ended before: the instance that ended it may have died before it could tell.
        await feed.PublishAsync(sessionId);
        LogEnded(sessionId, reason);
    }

    [LoggerMessage(LogLevel.Information, "Session {SessionId} ended: {Reason}")]
    private partial void LogEnded(Guid sessionId, string reason);
}
