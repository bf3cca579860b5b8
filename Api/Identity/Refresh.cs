using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity;

/// <summary>Refreshing.</summary>
/// <param name="RefreshToken">The newest refresh token of the session.</param>
public sealed record RefreshRequest(string RefreshToken)
{
    /// <summary>Says nothing of the token, for records print their members.</summary>
    public override string ToString() => nameof(RefreshRequest);
}

/// <summary>
/// Exchanges a refresh token for new tokens, once (RFC 9700, section 4.14.2). One statement consumes the token, stores its
/// successor and touches the session: of several that come with the same token exactly one succeeds. A token that was
/// consumed before is either stolen or was used by a thief first, which looks the same, so the session ends.
/// </summary>
public sealed class Refresh(
    AppDbContext database, TenantContext tenant, SessionTokens tokens, SessionEnding sessions, IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/auth/refresh</c>.</summary>
    public static async Task<Results<Ok<TokenResponse>, ApiProblem>> HandleAsync(
        RefreshRequest request, Refresh refresh, CancellationToken cancellationToken)
    {
        if (!SecretToken.TryParse(SecretToken.Refresh, request.RefreshToken, out var token))
        {
            return Invalid();
        }

        if (await refresh.ExchangeAsync(token, cancellationToken) is { } response)
        {
            return TypedResults.Ok(response);
        }

        return await refresh.EndIfReusedAsync(token, cancellationToken)
            ? Problems.Unauthorized("refresh_token_reused", "The refresh token was used before, so the session was ended. Sign in again.")
            : Invalid();
    }

    private async Task<TokenResponse?> ExchangeAsync(SecretToken token, CancellationToken cancellationToken)
    {
        tenant.TenantId = token.TenantId;
        var now = time.GetUtcNow();
        var next = SecretToken.Create(SecretToken.Refresh, token.TenantId);
        var nextId = Guid.CreateVersion7();
        var expires = now + options.Value.RefreshTokenLifetime;
        var exchanged = await database.Database.SqlQuery<Exchanged>($"""
            WITH consumed AS (
                UPDATE refresh_tokens AS token SET used_at = {now}, replaced_by = {nextId}
                FROM sessions AS session
                JOIN users AS owner ON owner.tenant_id = session.tenant_id AND owner.id = session.user_id AND owner.state = 'active'
                JOIN tenants AS tenant ON tenant.id = session.tenant_id AND tenant.state = 'active'
                WHERE token.token_hash = {token.Hash()} AND token.used_at IS NULL AND token.expires_at > {now}
                    AND session.tenant_id = token.tenant_id AND session.id = token.session_id
                    AND session.revoked_at IS NULL AND session.expires_at > {now}
                RETURNING token.tenant_id, token.session_id, session.expires_at, session.restricted, owner.id AS user_id, owner.roles, owner.access_version),
            successor AS (
                INSERT INTO refresh_tokens (id, tenant_id, session_id, token_hash, created_at, expires_at)
                SELECT {nextId}, tenant_id, session_id, {next.Hash()}, {now}, least({expires}, expires_at) FROM consumed),
            touched AS (
                UPDATE sessions AS session SET last_used_at = {now} FROM consumed
                WHERE session.tenant_id = consumed.tenant_id AND session.id = consumed.session_id)
            SELECT session_id AS "SessionId", user_id AS "UserId", roles AS "Roles", access_version AS "AccessVersion", restricted AS "Restricted"
            FROM consumed
            """).ToListAsync(cancellationToken);
        return exchanged is [{ } row]
            ? await tokens.ResponseAsync(
                new SessionSubject(row.SessionId, token.TenantId, row.UserId, row.Roles, row.AccessVersion, row.Restricted), next, cancellationToken)
            : null;
    }

    private async Task<bool> EndIfReusedAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        var sessionId = await database.RefreshTokens
            .Where(used => used.TokenHash == hash && used.UsedAt != null)
            .Select(used => (Guid?)used.SessionId)
            .SingleOrDefaultAsync(cancellationToken);
        if (sessionId is null)
        {
            return false;
        }

        await sessions.EndAsync(sessionId.Value, SessionEnding.RefreshTokenReuse, cancellationToken);
        return true;
    }

    private static ApiProblem Invalid() =>
        Problems.Unauthorized("refresh_token_invalid", "The refresh token is unknown, expired, or of a session that has ended. Sign in again.");

    private sealed record Exchanged(Guid SessionId, Guid UserId, string[] Roles, long AccessVersion, bool Restricted);
}
