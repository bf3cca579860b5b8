using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ProductionReady.Api.Audit.Refusals;
using ProductionReady.Api.Identity;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Audit;

/// <summary>Records the life of sessions.</summary>
public sealed class SignInAudit(
    AuditTrail trail, ITenantContext tenant, RefusalBudget budget, DerivedKeys keys, IHttpContextAccessor requests)
{
    private const int ShownHashLength = 16;

    /// <summary>A sign-in that succeeded; call it in the transaction that stores the session.</summary>
    /// <param name="userId">Who.</param>
    /// <param name="sessionId">The new session.</param>
    /// <param name="method">By what, such as <c>password</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task StartedAsync(Guid userId, Guid sessionId, string method, CancellationToken cancellationToken) => trail.RecordAsync(
        new AuditEvent(AuditActions.SessionStarted, AuditOutcome.Succeeded, "session", sessionId.ToString())
        {
            Actor = AuditActor.User(userId),
            SessionId = sessionId,
            After = new { method },
        },
        cancellationToken);

    /// <summary>
    /// A sign-in that was refused, of nobody known. Of a user who exists the id is recorded; what else was typed may be
    /// anything, a password in the wrong field too, so only a keyed hash of it is: the same for the same address, and of no
    /// use to whom has no key. A tenant that does not exist has no trail, and gets none.
    /// </summary>
    /// <param name="userId">Whose account it was, if there is one.</param>
    /// <param name="email">What was given as the e-mail address.</param>
    /// <param name="reason">Why, in a word such as <c>credentials</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RefusedAsync(Guid? userId, string email, string reason, CancellationToken cancellationToken)
    {
        var origin = AuditOrigin.Of(requests.HttpContext);
        if (!budget.TryTake(new RefusalKey(tenant.TenantId!.Value, AuditActions.SessionRefused, ActorKind.Anonymous, null, origin.Address ?? "")))
        {
            return;
        }

        try
        {
            await trail.RecordAsync(
                new AuditEvent(
                    AuditActions.SessionRefused, AuditOutcome.Refused, userId is null ? "unknown_account" : "user", userId?.ToString() ?? Hash(email))
                {
                    Actor = AuditActor.Anonymous,
                    After = new { reason },
                },
                cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // No tenant of that slug: the same work as for others, and nowhere to record it.
        }
    }

    /// <summary>A session that ended; call it in the transaction that ends it.</summary>
    public Task EndedAsync(Guid sessionId, string reason, CancellationToken cancellationToken) => trail.RecordAsync(
        new AuditEvent(AuditActions.SessionEnded, AuditOutcome.Succeeded, "session", sessionId.ToString()) { After = new { reason } }, cancellationToken);

    /// <summary>A refresh token that came a second time; call it in the transaction that ends the session for it.</summary>
    public Task RefreshReplayedAsync(Guid sessionId, CancellationToken cancellationToken) => trail.RecordAsync(
        new AuditEvent(AuditActions.SessionRefreshReplayed, AuditOutcome.Refused, "session", sessionId.ToString()) { SessionId = sessionId }, cancellationToken);

    private string Hash(string email)
    {
        var key = keys.For("audit-unknown-account");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant.TenantId}/{email.ToLowerInvariant()}"))[..ShownHashLength]);
    }
}
