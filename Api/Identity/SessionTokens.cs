using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity;

/// <summary>What signing in and refreshing answer (RFC 6749, section 5.1, in camel case).</summary>
/// <param name="AccessToken">A JWT to send as <c>Authorization: Bearer</c>.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">Life of the access token in seconds.</param>
/// <param name="RefreshToken">Good for one exchange against new tokens.</param>
public sealed record TokenResponse(string AccessToken, string TokenType, long ExpiresIn, string RefreshToken);

/// <summary>A session as its tokens show it.</summary>
/// <param name="Id">The session.</param>
/// <param name="TenantId">The tenant.</param>
/// <param name="UserId">Who signed in.</param>
/// <param name="Roles">The user's roles.</param>
/// <param name="AccessVersion">The user's access version.</param>
/// <param name="Restricted">Whether its tokens permit nothing but enrolling a second factor.</param>
public sealed record SessionSubject(Guid Id, Guid TenantId, Guid UserId, string[] Roles, long AccessVersion, bool Restricted);

/// <summary>A sign-in that has been found good.</summary>
/// <param name="UserId">Who signs in to the current tenant.</param>
/// <param name="Method">How.</param>
/// <param name="SecondFactor">Whether a second factor was given.</param>
public sealed record SignIn(Guid UserId, SignInMethod Method, bool SecondFactor = false);

/// <summary>Starts sessions and makes their tokens.</summary>
public sealed class SessionTokens(
    AppDbContext database, RoleCatalog roles, AccessTokenIssuer issuer, AuditTrail audit, IOptions<IdentityOptions> options)
{
    /// <summary>
    /// Starts a session with its first refresh token, in the context's transaction or one of its own, and records it. It locks the user and the tenant, so
    /// that a session either is there before one of them is disabled or suspended, and ends then with the others, or does not start.
    /// Save other changes of the user before: this changes the row. Without a second factor where the tenant's policy requires one
    /// the session is restricted.
    /// </summary>
    /// <returns>Null when the user or the tenant is not active, or no longer.</returns>
    public async Task<TokenResponse?> StartAsync(SignIn signIn, HttpRequest request, CancellationToken cancellationToken)
    {
        var tenantId = database.CurrentTenantId!.Value;
        var sessionId = Guid.CreateVersion7();
        var refresh = SecretToken.Create(SecretToken.Refresh, tenantId);
        var own = database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellationToken) : null;
        await using var _ = own;
        var started = await database.Database.SqlQuery<Started>($"""
            WITH owner AS (
                UPDATE users SET last_signed_in_at = now()
                FROM (SELECT * FROM tenants WHERE id = {tenantId} AND state = 'active' FOR SHARE) AS tenant
                WHERE users.tenant_id = tenant.id AND users.id = {signIn.UserId} AND users.state = 'active'
                RETURNING users.tenant_id, users.id, users.roles, users.access_version,
                    NOT {signIn.SecondFactor} AND (tenant.require_second_factor OR tenant.second_factor_roles && users.roles) AS restricted),
            session AS (
                INSERT INTO sessions (
                    id, tenant_id, user_id, method, second_factor_at, restricted, created_at, last_used_at, expires_at, user_agent, address)
                SELECT {sessionId}, tenant_id, id, {StoredText.Of(signIn.Method)}, CASE WHEN {signIn.SecondFactor} THEN now() END, restricted,
                    now(), now(), now() + {options.Value.SessionLifetime},
                    CAST({AuditOrigin.Cut(request.Headers.UserAgent.ToString(), Session.UserAgentMaxLength)} AS text),
                    CAST({AuditOrigin.Cut(request.HttpContext.Connection.RemoteIpAddress?.ToString(), Session.AddressMaxLength)} AS text)
                FROM owner
                RETURNING id),
            token AS (
                INSERT INTO refresh_tokens (id, tenant_id, session_id, token_hash, created_at, expires_at)
                SELECT {Guid.CreateVersion7()}, {tenantId}, id, {refresh.Hash()}, now(), now() + {options.Value.RefreshTokenLifetime} FROM session)
            SELECT roles AS "Roles", access_version AS "AccessVersion", restricted AS "Restricted" FROM owner
            """).ToListAsync(cancellationToken);
        if (started is not [var row])
        {
            return null;
        }

        var response = await ResponseAsync(
            new SessionSubject(sessionId, tenantId, signIn.UserId, row.Roles, row.AccessVersion, row.Restricted), refresh, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.SessionStarted, AuditOutcome.Succeeded, "session", $"{sessionId}")
            {
                Actor = AuditActor.User(signIn.UserId),
                SessionId = sessionId,
                After = new { method = StoredText.Of(signIn.Method), signIn.SecondFactor, row.Restricted },
            },
            cancellationToken);
        if (own is not null)
        {
            await own.CommitAsync(cancellationToken);
        }

        return response;
    }

    /// <summary>The tokens of a session.</summary>
    public async Task<TokenResponse> ResponseAsync(SessionSubject session, SecretToken refresh, CancellationToken cancellationToken)
    {
        string[] held = session.Restricted ? [] : session.Roles;
        var permissions = await roles.PermissionsOfAsync(held, cancellationToken);
        var principal = new Principal(
            PrincipalKind.User, session.UserId, session.TenantId, session.Id,
            held.ToFrozenSet(StringComparer.Ordinal), permissions.ToFrozenSet(StringComparer.Ordinal), session.AccessVersion);
        var access = await issuer.IssueAsync(principal, cancellationToken);
        return new TokenResponse(access, BearerHandler.SchemeName, (long)issuer.Lifetime.TotalSeconds, refresh.Text);
    }

    private sealed record Started(string[] Roles, long AccessVersion, bool Restricted);
}
