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
/// Exchanges a refresh token for new tokens (RFC 9700, section 4.14.2). One that was used before is taken again for a short
/// while, as an answer may be lost, and gives what it gave then (<see cref="RefreshExchange"/>). After that it is either stolen
/// or was used by a thief first, which looks the same, so the session ends.
/// </summary>
public sealed class Refresh(
    AppDbContext database, TenantContext tenant, RefreshExchange exchange, SessionTokens tokens, SessionEnding sessions, IOptions<IdentityOptions> options)
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

        return await refresh.EndIfReplayedAsync(token, cancellationToken)
            ? Problems.Unauthorized("refresh_token_reused", "The refresh token was used before, so the session was ended. Sign in again.")
            : Invalid();
    }

    private async Task<TokenResponse?> ExchangeAsync(SecretToken token, CancellationToken cancellationToken)
    {
        await tenant.EnterAsync(token.TenantId, cancellationToken);
        return await exchange.TakeAsync(token, cancellationToken) is { } taken
            ? await tokens.ResponseAsync(taken.Session, taken.Successor, cancellationToken)
            : null;
    }

    private async Task<bool> EndIfReplayedAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var replayed = await database.Database.SqlQuery<Guid>($"""
            SELECT session_id AS "Value" FROM refresh_tokens
            WHERE tenant_id = {token.TenantId} AND token_hash = {token.Hash()} AND used_at <= clock_timestamp() - {options.Value.RefreshGrace}
            """).ToListAsync(cancellationToken);
        if (replayed is not [var sessionId])
        {
            return false;
        }

        await sessions.EndAsync(sessionId, SessionEnding.RefreshTokenReuse, cancellationToken);
        return true;
    }

    private static ApiProblem Invalid() =>
        Problems.Unauthorized("refresh_token_invalid", "The refresh token is unknown, expired, or of a session that has ended. Sign in again.");
}
