using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>A sign-in whose first factor was good and whose second one is asked for.</summary>
/// <param name="Id">Of the challenge.</param>
/// <param name="UserId">Who signs in.</param>
/// <param name="Method">What the first factor was.</param>
public sealed record OpenChallenge(Guid Id, Guid UserId, SignInMethod Method);

/// <summary>
/// The time between the two factors: a token that says that the first one was good, for five minutes, five codes and one
/// sign-in. It is worth nothing once the user has another password, or is disabled.
/// </summary>
public sealed class SignInChallenges(AppDbContext database)
{
    /// <summary>How long a challenge may be answered.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Codes that may be tried for one challenge.</summary>
    public const int MostAttempts = 5;

    private Guid TenantId => database.CurrentTenantId!.Value;

    /// <summary>
    /// For every way of signing in, once the first factor was found good: the challenge to answer with, or null when the user has
    /// no second factor and the session may start.
    /// </summary>
    public async Task<SecretToken?> AskAsync(Guid userId, SignInMethod method, CancellationToken cancellationToken)
    {
        var token = SecretToken.Create(SecretToken.Challenge, TenantId);
        return await database.Database.ExecuteSqlAsync($"""
            INSERT INTO sign_in_challenges (id, tenant_id, user_id, method, token_hash, created_at, expires_at, failed_attempts)
            SELECT {Guid.CreateVersion7()}, tenant_id, user_id, {StoredText.Of(method)}, {token.Hash()},
                clock_timestamp(), clock_timestamp() + {Lifetime}, 0
            FROM second_factors
            WHERE tenant_id = {TenantId} AND user_id = {userId} AND confirmed_at IS NOT NULL
            """, cancellationToken) == 1 ? token : null;
    }

    /// <summary>Counts a try and gives the challenge; null when it is unknown, used, expired, or has had all its tries.</summary>
    public async Task<OpenChallenge?> TakeTryAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var found = await database.Database.SqlQuery<Found>($"""
            UPDATE sign_in_challenges AS challenge SET failed_attempts = failed_attempts + 1
            FROM users AS owner
            WHERE challenge.tenant_id = {TenantId} AND challenge.token_hash = {token.Hash()}
                AND challenge.used_at IS NULL AND challenge.expires_at > clock_timestamp() AND challenge.failed_attempts < {MostAttempts}
                AND owner.tenant_id = challenge.tenant_id AND owner.id = challenge.user_id AND owner.state = 'active'
                AND (owner.password_changed_at IS NULL OR owner.password_changed_at <= challenge.created_at)
            RETURNING challenge.id AS "Id", challenge.user_id AS "UserId", challenge.method AS "Method"
            """).ToListAsync(cancellationToken);
        return found is [var row] ? new OpenChallenge(row.Id, row.UserId, StoredText.Parse<SignInMethod>(row.Method)) : null;
    }

    /// <summary>Uses a challenge up; false when that was done before.</summary>
    public async Task<bool> CloseAsync(Guid id, CancellationToken cancellationToken) => await database.Database.ExecuteSqlAsync($"""
        UPDATE sign_in_challenges SET used_at = clock_timestamp(), failed_attempts = failed_attempts - 1
        WHERE tenant_id = {TenantId} AND id = {id} AND used_at IS NULL
        """, cancellationToken) == 1;

    private sealed record Found(Guid Id, Guid UserId, string Method);
}
