using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Lockout;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.RateLimits;
using ProductionReady.Api.Requests;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity;

/// <summary>Signing in.</summary>
/// <param name="Tenant">Slug of the tenant.</param>
/// <param name="Email">E-mail address, in any case.</param>
/// <param name="Password">The password.</param>
public sealed record LoginRequest(string Tenant, string Email, string Password)
{
    /// <summary>Says nothing of the password, for records print their members.</summary>
    public override string ToString() => $"{Tenant}/{Email}";
}

/// <summary>
/// Exchanges a password for tokens. An unknown tenant, an unknown user, one without a password, a disabled one and a wrong
/// password give the same answer after the same steps, so that nobody learns which names exist.
/// </summary>
public sealed class Login(
    AppDbContext database, SignInThrottles throttles, PasswordHashing passwords, PasswordChange change, SignInChallenges challenges,
    SessionTokens tokens, RateLimiter limiter)
{
    /// <summary>Handles <c>POST /api/v1/auth/login</c>.</summary>
    public static async Task<Results<Ok<TokenResponse>, ApiProblem>> HandleAsync(
        LoginRequest request, HttpContext http, Login login, CancellationToken cancellationToken)
    {
        // By address too: a limit for the account alone would let strangers use it up.
        var network = Convert.ToHexString(NetworkOf.Address(http.Connection.RemoteIpAddress));
        var account = RateLimitKey.Of(RateLimitPolicy.LoginAccount, $"{network}/{request.Tenant}/{request.Email}".ToUpperInvariant());
        if (await login.LimitAsync(http, account) is { } refused)
        {
            return refused;
        }

        var attempt = await login.LookAsync(request, http, cancellationToken);
        return attempt.Wait > TimeSpan.Zero
            ? SignInBlocked.Problem(attempt.Wait)
            : await login.SignInAsync(attempt, request.Password, http, cancellationToken);
    }

    private async ValueTask<ApiProblem?> LimitAsync(HttpContext http, RateLimitKey account) =>
        await limiter.TakeAsync(account) is { } decision ? RateLimitHeaders.Apply(http, decision) : null;

    private Task<SignInAttempt> LookAsync(LoginRequest request, HttpContext http, CancellationToken cancellationToken) =>
        throttles.LookAsync(request.Tenant, request.Email, http, cancellationToken);

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> SignInAsync(
        SignInAttempt attempt, string password, HttpContext http, CancellationToken cancellationToken)
    {
        var result = await passwords.CheckAsync(attempt.Account?.PasswordHash, password, cancellationToken);
        if (attempt.Account is not { } account || result == PasswordVerificationResult.Failed)
        {
            await throttles.FailedAsync(attempt, http, cancellationToken);
            return Invalid();
        }

        var rehashed = result == PasswordVerificationResult.SuccessRehashNeeded ? await passwords.HashAsync(password, cancellationToken) : null;
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await change.HoldAsync(account, cancellationToken))
        {
            return Invalid();
        }

        if (rehashed is not null)
        {
            await change.StoreRehashedAsync(account, rehashed, cancellationToken);
        }

        // The password was right, so its failures are forgotten; wrong codes of the second factor are counted for themselves.
        await throttles.SucceededAsync(attempt, cancellationToken);
        Results<Ok<TokenResponse>, ApiProblem> answer;
        if (await challenges.AskAsync(account.Id, SignInMethod.Password, cancellationToken) is { } challenge)
        {
            answer = SecondFactorProblems.Required(challenge);
        }
        else if (await tokens.StartAsync(new SignIn(account.Id, SignInMethod.Password), http.Request, cancellationToken) is { } response)
        {
            answer = TypedResults.Ok(response);
        }
        else
        {
            return Invalid();
        }

        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private static ApiProblem Invalid() =>
        Problems.Unauthorized("credentials_invalid", "Tenant, e-mail address and password do not fit together.");
}
