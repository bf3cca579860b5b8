using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Takes a refresh token and gives its successor. However many come with one token, at once or within
/// <see cref="IdentityOptions.RefreshGrace"/>, all get the same successor: a session has one chain of tokens and never two.
/// </summary>
/// <remarks>All times are the database's, so that it does not matter which instance is asked.</remarks>
public sealed class RefreshExchange(AppDbContext database, RefreshSuccessor successors, IOptions<IdentityOptions> options)
{
    /// <summary>The session and its newest token; null when the token is not one to be taken.</summary>
    public async Task<RefreshedSession?> TakeAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var successor = successors.Of(token);
        if (await ConsumeAsync(token, successor, cancellationToken) is not { } consumed)
        {
            return null;
        }

        var session = new SessionSubject(
            consumed.SessionId, token.TenantId, consumed.UserId, consumed.Roles, consumed.AccessVersion, consumed.Restricted);
        if (consumed.First)
        {
            return new RefreshedSession(session, successor);
        }

        return await NewestAsync(token, consumed.SuccessorId, cancellationToken) is { } newest ? new RefreshedSession(session, newest) : null;
    }

    /// <summary>
    /// Of a token that was consumed before the successor is given again, and if that was used meanwhile, the one after it, to the end
    /// of the chain. The database has only hashes, so each is derived from the one before.
    /// </summary>
    private async Task<SecretToken?> NewestAsync(SecretToken consumed, Guid successorId, CancellationToken cancellationToken)
    {
        var hashes = await database.Database.SqlQuery<byte[]>($"""
            WITH RECURSIVE chain AS (
                SELECT token_hash, replaced_by, 1 AS link
                FROM refresh_tokens WHERE tenant_id = {consumed.TenantId} AND id = {successorId}
                UNION ALL
                SELECT next.token_hash, next.replaced_by, chain.link + 1
                FROM chain JOIN refresh_tokens AS next ON next.tenant_id = {consumed.TenantId} AND next.id = chain.replaced_by)
            SELECT token_hash AS "Value" FROM chain ORDER BY link
            """).ToListAsync(cancellationToken);
        return hashes is [] ? null : hashes.Aggregate((SecretToken?)consumed, (token, hash) => token is null ? null : successors.Find(token, hash));
    }

    /// <summary>
    /// One statement marks the token as used, unless that was done before, touches the session and stores the successor. Those that
    /// come at once wait for one another on the token's row. The session's row comes last, and decides: an end of it that commits
    /// meanwhile is seen there, and one that comes later waits and then finds the session as it is.
    /// </summary>
    /// <remarks>Each row is looked for by its key, in turn: as one join it was planned over all sessions of a tenant with many.</remarks>
    private async Task<Consumed?> ConsumeAsync(SecretToken token, SecretToken successor, CancellationToken cancellationToken)
    {
        var successorId = Guid.CreateVersion7();
        var rows = await database.Database.SqlQuery<Consumed>($"""
            WITH presented AS MATERIALIZED (
                SELECT session_id FROM refresh_tokens WHERE tenant_id = {token.TenantId} AND token_hash = {token.Hash()}),
            family AS MATERIALIZED (
                SELECT session.id, owner.id AS user_id, owner.roles, owner.access_version,
                    tenant.require_second_factor OR tenant.second_factor_roles && owner.roles AS second_factor_required
                FROM sessions AS session
                JOIN users AS owner ON owner.tenant_id = session.tenant_id AND owner.id = session.user_id AND owner.state = 'active'
                JOIN tenants AS tenant ON tenant.id = session.tenant_id AND tenant.state IN ('active', 'closing')
                WHERE session.tenant_id = {token.TenantId} AND session.id = (SELECT session_id FROM presented)
                    AND session.revoked_at IS NULL AND session.expires_at > clock_timestamp()),
            consumed AS (
                UPDATE refresh_tokens AS token
                SET used_at = coalesce(token.used_at, clock_timestamp()), replaced_by = coalesce(token.replaced_by, {successorId})
                FROM family
                WHERE token.tenant_id = {token.TenantId} AND token.token_hash = {token.Hash()} AND token.expires_at > clock_timestamp()
                    AND (token.used_at IS NULL OR token.used_at > clock_timestamp() - {options.Value.RefreshGrace})
                RETURNING token.session_id, token.used_at, token.replaced_by,
                    family.user_id, family.roles, family.access_version, family.second_factor_required),
            touched AS (
                UPDATE sessions AS session
                SET last_used_at = greatest(session.last_used_at, clock_timestamp()),
                    restricted = (SELECT second_factor_required FROM consumed) AND session.second_factor_at IS NULL
                WHERE session.tenant_id = {token.TenantId} AND session.id = (SELECT session_id FROM consumed) AND session.revoked_at IS NULL
                RETURNING session.id, session.expires_at, session.restricted),
            successor AS (
                INSERT INTO refresh_tokens (id, tenant_id, session_id, token_hash, created_at, expires_at)
                SELECT {successorId}, {token.TenantId}, touched.id, {successor.Hash()}, used_at,
                    least(used_at + {options.Value.RefreshTokenLifetime}, touched.expires_at)
                FROM consumed JOIN touched ON touched.id = consumed.session_id
                WHERE replaced_by = {successorId})
            SELECT session_id AS "SessionId", user_id AS "UserId", roles AS "Roles", access_version AS "AccessVersion", restricted AS "Restricted",
                replaced_by AS "SuccessorId", replaced_by = {successorId} AS "First"
            FROM consumed JOIN touched ON touched.id = consumed.session_id
            """).ToListAsync(cancellationToken);
        return rows is [var row] ? row : null;
    }

    private sealed record Consumed(
        Guid SessionId, Guid UserId, string[] Roles, long AccessVersion, bool Restricted, Guid SuccessorId, bool First);
}

/// <summary>What a refresh token was exchanged for.</summary>
/// <param name="Session">The session, as its tokens are to show it.</param>
/// <param name="Successor">The refresh token that is good from now on.</param>
public sealed record RefreshedSession(SessionSubject Session, SecretToken Successor);
