using Microsoft.AspNetCore.Identity;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Lockout;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>A password that the caller gave once more and that was looked at.</summary>
/// <param name="Attempt">Whose it is.</param>
/// <param name="Field">The field that it came in.</param>
/// <param name="Refusal">Why it proves nothing; null when it is the user's.</param>
public sealed record CheckedPassword(SignInAttempt Attempt, string Field, ApiProblem? Refusal);

/// <summary>
/// Asks a user who is signed in for the password once more: who found an open session, or stole its token, does not know it. Guesses
/// count, slow down and are recorded like failed sign-ins.
/// </summary>
public sealed class CurrentPassword(SignInThrottles throttles, PasswordHashing passwords, PasswordChange change, RateLimiter limiter)
{
    /// <summary>Looks at the password; outside of a transaction, for it takes a tenth of a second.</summary>
    /// <param name="principal">The caller.</param>
    /// <param name="email">The caller's e-mail address.</param>
    /// <param name="password">What was given.</param>
    /// <param name="field">The field that it came in, which a refusal names.</param>
    /// <param name="http">Names the address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CheckedPassword> CheckAsync(
        Principal principal, string email, string password, string field, HttpContext http, CancellationToken cancellationToken)
    {
        var attempt = await throttles.LookAsync(email, http, cancellationToken);
        if (attempt.Wait > TimeSpan.Zero)
        {
            return new CheckedPassword(attempt, field, SignInBlocked.Problem(attempt.Wait));
        }

        // How fast it may be guessed at before the failures are known.
        var account = RateLimitKey.Of(RateLimitPolicy.LoginAccount, $"{principal.TenantId}/{principal.UserId}");
        if (await limiter.TakeAsync(account) is { } decision && RateLimitHeaders.Apply(http, decision) is { } limited)
        {
            return new CheckedPassword(attempt, field, limited);
        }

        if (attempt.Account is not { } user)
        {
            // Who has a session and cannot sign in is the one that closed the tenant.
            return new CheckedPassword(attempt, field, Problems.Conflict("tenant_not_active", "The tenant is closing. Reopen it first."));
        }

        if (await passwords.CheckAsync(user.PasswordHash, password, cancellationToken) != PasswordVerificationResult.Failed)
        {
            return new CheckedPassword(attempt, field, Refusal: null);
        }

        await throttles.FailedAsync(attempt, http, cancellationToken);
        return new CheckedPassword(attempt, field, Wrong(field));
    }

    /// <summary>
    /// Makes sure, until the transaction ends, that the password is still the user's, and forgets the failures before it. Call inside
    /// of a transaction.
    /// </summary>
    /// <returns>Null when it is.</returns>
    public async Task<ApiProblem?> HoldAsync(CheckedPassword password, CancellationToken cancellationToken)
    {
        if (!await change.HoldAsync(password.Attempt.Account!, cancellationToken))
        {
            return Wrong(password.Field);
        }

        await throttles.SucceededAsync(password.Attempt, cancellationToken);
        return null;
    }

    private static ApiProblem Wrong(string field) => Problems.Validation(new FieldErrors().Add(field, "Is not the current password."));
}
