using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Storage;
using ProductionReady.Data;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// Changes of who may do what in the current tenant. They follow each other, one at a time in a tenant, so that each sees what
/// the one before left: a role is not deleted while it is given to somebody, an invitation not accepted while its role goes.
/// </summary>
public sealed class AccessChanges(AppDbContext database, SessionEnding sessions, RevocationMemory memory)
{
    private const int LockSpace = 1_633_903_461;

    /// <summary>Begins one, when the one before has ended.</summary>
    public async Task<ChangeTransaction> BeginAsync(KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var change = await ChangeTransaction.BeginAsync(database, keyed, cancellationToken);
        try
        {
            await database.Database.ExecuteSqlAsync(
                $"SELECT pg_advisory_xact_lock({LockSpace}, hashtext({database.CurrentTenantId!.Value.ToString()}))", cancellationToken);
            return change;
        }
        catch
        {
            await change.DisposeAsync();
            throw;
        }
    }

    /// <summary>Refuses the tokens of a user that were issued before a version; the client refreshes them.</summary>
    public Task RefuseOlderTokensAsync(Guid userId, long version, CancellationToken cancellationToken) =>
        sessions.RefuseAsync(userId, version, cancellationToken);

    /// <summary>Ends all sessions of a user.</summary>
    public Task EndSessionsAsync(Guid userId, CancellationToken cancellationToken) =>
        sessions.EndAllOfUserAsync(userId, SessionEnding.UserDisabled, exceptSessionId: null, cancellationToken);

    /// <summary>
    /// Raises the access version of all who have a role, and announces it, in one statement. Users are locked in the order of their
    /// ids: whoever else locks several waits, and not both ways.
    /// </summary>
    public async Task RaiseHoldersAsync(string role, CancellationToken cancellationToken)
    {
        var raised = await database.Database.SqlQuery<RaisedVersion>($"""
            WITH holders AS (
                SELECT id FROM users
                WHERE tenant_id = {database.CurrentTenantId} AND {role} = ANY (roles) ORDER BY id FOR NO KEY UPDATE),
            raised AS (
                UPDATE users SET access_version = access_version + 1 FROM holders
                WHERE users.tenant_id = {database.CurrentTenantId} AND users.id = holders.id
                RETURNING users.id, users.access_version),
            told AS (
                INSERT INTO revocations (id, subject, below_version, until)
                SELECT gen_random_uuid(), id, access_version, clock_timestamp() + {SessionEnding.TokensLiveFor} FROM raised)
            SELECT id AS "UserId", access_version AS "Version" FROM raised
            """).ToListAsync(cancellationToken);
        database.AfterCommit(() => raised.ForEach(user => memory.Add(new RevokedSubject(user.UserId, user.Version, SessionEnding.TokensLiveFor))));
    }

    private sealed record RaisedVersion(Guid UserId, long Version);
}
