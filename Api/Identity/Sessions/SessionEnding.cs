using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Ends sessions of the current tenant for good: their refresh tokens fail because of their rows, their access tokens because of
/// the revocations that are written in the same transaction and that every instance reads within a second.
/// </summary>
/// <remarks>
/// Inside a transaction of the scope's <see cref="AppDbContext"/> it works in that one: change a user or a tenant first, then end
/// the sessions, then commit; whoever signs in meanwhile waits for the outcome (<see cref="SessionTokens.StartAsync"/>). This
/// process knows of it from the commit on.
/// </remarks>
public sealed partial class SessionEnding(AppDbContext database, RevocationMemory memory, AuditTrail audit, ILogger<SessionEnding> logger)
{
    /// <summary>Why: the user left.</summary>
    public const string Logout = "logout";

    /// <summary>Why: the user left everywhere.</summary>
    public const string LogoutEverywhere = "logout_everywhere";

    /// <summary>Why: the user ended it in the list of sessions.</summary>
    public const string EndedByUser = "ended_by_user";

    /// <summary>Why: a refresh token came a second time.</summary>
    public const string RefreshTokenReuse = "refresh_token_reuse";

    /// <summary>Why: the user was disabled or removed.</summary>
    public const string UserDisabled = "user_disabled";

    /// <summary>Why: the password was changed.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>Why: an administrator took the second factor away.</summary>
    public const string SecondFactorRemoved = "second_factor_removed";

    /// <summary>Why: the tenant was suspended.</summary>
    public const string TenantSuspended = "tenant_suspended";

    /// <summary>Why: the tenant was closed.</summary>
    public const string TenantClosed = "tenant_closed";

    /// <summary>
    /// How long an access token may live, whatever the configuration was when it was issued: the longest life that it allows, and
    /// clocks that differ.
    /// </summary>
    public static readonly TimeSpan TokensLiveFor = IdentityOptions.AccessTokenMaxLifetime + (2 * AccessTokenValidator.Leeway);

    private const int BatchSize = 5_000;

    /// <summary>Ends one session; audited, unless it had ended before.</summary>
    /// <returns>False when it had ended before: it keeps its time and reason.</returns>
    public Task<bool> EndAsync(Guid sessionId, string reason, CancellationToken cancellationToken) => InTransactionAsync(
        async () =>
        {
            var ended = await database.Database.SqlQuery<Guid>($"""
                WITH ended AS (
                    UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = {reason}
                    WHERE tenant_id = {database.CurrentTenantId} AND id = {sessionId} AND revoked_at IS NULL
                    RETURNING id)
                INSERT INTO revocations (id, subject, below_version, until)
                SELECT {Guid.CreateVersion7()}, id, {Revocation.All}, clock_timestamp() + {TokensLiveFor} FROM ended
                RETURNING subject AS "Value"
                """).ToListAsync(cancellationToken);
            if (ended.Count > 0)
            {
                Told(ended, reason);
                await audit.RecordAsync(Entry(sessionId, reason), cancellationToken);
            }

            return ended.Count > 0;
        },
        cancellationToken);

    /// <summary>Ends all sessions of a user, or all but one; audited, unless there were none.</summary>
    /// <returns>How many.</returns>
    public Task<int> EndAllOfUserAsync(Guid userId, string reason, Guid? exceptSessionId, CancellationToken cancellationToken) => InTransactionAsync(
        async () =>
        {
            var count = await EndBatchesAsync(userId, exceptSessionId, reason, cancellationToken);
            await RecordAsync("user", userId, reason, count, cancellationToken);
            return count;
        },
        cancellationToken);

    /// <summary>
    /// Ends all sessions of the tenant; audited, unless there were none. Also announces the tenant itself, for what is refused without
    /// a session: who keeps API keys in memory asks the database while <see cref="RevocationMemory.Look(Guid, string)"/> does not find the
    /// tenant good.
    /// </summary>
    /// <returns>How many.</returns>
    public Task<int> EndAllOfTenantAsync(string reason, CancellationToken cancellationToken) => EndOfTenantAsync(reason, null, cancellationToken);

    /// <summary>The same, but for one session that goes on.</summary>
    /// <returns>How many.</returns>
    public Task<int> EndOthersOfTenantAsync(Guid exceptSessionId, string reason, CancellationToken cancellationToken) =>
        EndOfTenantAsync(reason, exceptSessionId, cancellationToken);

    private Task<int> EndOfTenantAsync(string reason, Guid? exceptSessionId, CancellationToken cancellationToken) => InTransactionAsync(
        async () =>
        {
            var tenantId = database.CurrentTenantId!.Value;
            await RefuseAsync(tenantId, Revocation.All, cancellationToken);
            var count = await EndBatchesAsync(null, exceptSessionId, reason, cancellationToken);
            await RecordAsync("tenant", tenantId, reason, count, cancellationToken);
            return count;
        },
        cancellationToken);

    /// <summary>
    /// Announces that a subject's credentials are refused: an API key for good, or tokens of a user below a version, which must be
    /// refreshed then.
    /// </summary>
    public async Task RefuseAsync(Guid subject, long belowVersion, CancellationToken cancellationToken)
    {
        await database.Database.ExecuteSqlAsync($"""
            INSERT INTO revocations (id, subject, below_version, until)
            VALUES ({Guid.CreateVersion7()}, {subject}, {belowVersion}, clock_timestamp() + {TokensLiveFor})
            """, cancellationToken);
        database.AfterCommit(() => memory.Add(new RevokedSubject(subject, belowVersion, TokensLiveFor)));
    }

    /// <summary>
    /// In batches, so that no statement of a large tenant runs long. A session that was not used for as long as a token lives has
    /// none that is alive, so it needs no announcement. Rows are locked in the order of their ids: two that do this at once wait
    /// for each other and not both ways.
    /// </summary>
    private async Task<int> EndBatchesAsync(Guid? userId, Guid? exceptSessionId, string reason, CancellationToken cancellationToken)
    {
        var total = 0;
        int count;
        do
        {
            var ended = await database.Database.SqlQuery<EndedSession>($"""
                WITH chosen AS (
                    SELECT id FROM sessions
                    WHERE tenant_id = {database.CurrentTenantId} AND revoked_at IS NULL AND expires_at > clock_timestamp()
                        AND (CAST({userId} AS uuid) IS NULL OR user_id = {userId}) AND (CAST({exceptSessionId} AS uuid) IS NULL OR id <> {exceptSessionId})
                    ORDER BY id LIMIT {BatchSize} FOR NO KEY UPDATE),
                ended AS (
                    UPDATE sessions SET revoked_at = clock_timestamp(), revoked_reason = {reason}
                    FROM chosen WHERE sessions.tenant_id = {database.CurrentTenantId} AND sessions.id = chosen.id
                    RETURNING sessions.id, sessions.last_used_at > clock_timestamp() - {TokensLiveFor} AS alive),
                told AS (
                    INSERT INTO revocations (id, subject, below_version, until)
                    SELECT gen_random_uuid(), id, {Revocation.All}, clock_timestamp() + {TokensLiveFor} FROM ended WHERE alive)
                SELECT id AS "Id", alive AS "Alive" FROM ended
                """).ToListAsync(cancellationToken);
            count = ended.Count;
            total += count;
            Told([.. ended.Where(session => session.Alive).Select(session => session.Id)], reason);
        }
        while (count == BatchSize);

        return total;
    }

    private async Task<TResult> InTransactionAsync<TResult>(Func<Task<TResult>> work, CancellationToken cancellationToken)
    {
        if (database.Database.CurrentTransaction is not null)
        {
            return await work();
        }

        await using var own = await database.Database.BeginTransactionAsync(cancellationToken);
        var result = await work();
        await own.CommitAsync(cancellationToken);
        return result;
    }

    private static AuditEvent Entry(Guid sessionId, string reason) => reason == RefreshTokenReuse
        ? new(AuditActions.SessionRefreshReplayed, AuditOutcome.Refused, "session", $"{sessionId}") { SessionId = sessionId }
        : new(AuditActions.SessionEnded, AuditOutcome.Succeeded, "session", $"{sessionId}") { After = new { reason } };

    private async Task RecordAsync(string resource, Guid id, string reason, int sessions, CancellationToken cancellationToken)
    {
        if (sessions > 0)
        {
            await audit.RecordAsync(
                new AuditEvent(AuditActions.SessionEnded, AuditOutcome.Succeeded, resource, $"{id}") { After = new { reason, sessions } },
                cancellationToken);
        }
    }

    private void Told(IReadOnlyList<Guid> ended, string reason) => database.AfterCommit(() =>
    {
        foreach (var session in ended)
        {
            memory.Add(new RevokedSubject(session, Revocation.All, TokensLiveFor));
            LogEnded(session, reason);
        }
    });

    [LoggerMessage(LogLevel.Information, "Session {SessionId} ended: {Reason}")]
    private partial void LogEnded(Guid sessionId, string reason);

    private sealed record EndedSession(Guid Id, bool Alive);
}
