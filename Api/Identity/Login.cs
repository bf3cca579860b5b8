using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.SecondFactors;
using ProductionReady.Api.RateLimits;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

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
/// Exchanges a password for tokens. An unknown tenant, an unknown user, a disabled one and a wrong password give the same
/// answer after the same steps, so that nobody learns which names exist.
/// </summary>
public sealed class Login(
    AppDbContext database, TenantDirectory tenants, TenantContext tenant, PasswordHashing passwords, SignInChallenges challenges,
    SessionTokens tokens, SignInAudit audit, RateLimiter limiter)
{
    /// <summary>Handles <c>POST /api/v1/auth/login</c>.</summary>
    public static async Task<Results<Ok<TokenResponse>, ApiProblem>> HandleAsync(
        LoginRequest request, HttpContext http, Login login, CancellationToken cancellationToken)
    {
        var account = RateLimitKey.Of(RateLimitPolicy.LoginAccount, $"{request.Tenant}/{request.Email}".ToUpperInvariant());
        if (await login.LimitAsync(http, account) is { } refused)
        {
            return refused;
        }

        return await login.SignInAsync(request, http.Request, cancellationToken);
    }

    private async ValueTask<ApiProblem?> LimitAsync(HttpContext http, RateLimitKey account) =>
        await limiter.TakeAsync(account) is { } decision ? RateLimitHeaders.Apply(http, decision) : null;

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> SignInAsync(
        LoginRequest request, HttpRequest http, CancellationToken cancellationToken)
    {
        // Unknown tenants get an id nobody has: what follows is the same and finds nothing.
        tenant.TenantId = await tenants.FindBySlugAsync(request.Tenant.ToLowerInvariant(), cancellationToken) ?? Guid.CreateVersion7();
        var user = await database.Users
            .FromSql($"SELECT *, xmin FROM users WHERE email_key = lower({request.Email})")
            .Where(user => user.State == UserState.Active
                && database.Tenants.Any(owner => owner.Id == user.TenantId && owner.State == TenantState.Active))
            .SingleOrDefaultAsync(cancellationToken);

        var result = await passwords.CheckAsync(user?.PasswordHash, request.Password, cancellationToken);
        if (user is null || result == PasswordVerificationResult.Failed)
        {
            await audit.RefusedAsync(user?.Id, request.Email, "credentials", cancellationToken);
            return Invalid();
        }

        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            // Of many sign-ins at once one stores its hash, unless the password was changed meanwhile.
            var rehashed = await passwords.HashAsync(request.Password, cancellationToken);
            await database.Users
                .Where(row => row.Id == user.Id && row.PasswordHash == user.PasswordHash)
                .ExecuteUpdateAsync(row => row.SetProperty(changed => changed.PasswordHash, rehashed), cancellationToken);
        }

        if (await challenges.AskAsync(user.Id, SignInMethod.Password, cancellationToken) is { } challenge)
        {
            return SecondFactorProblems.Required(challenge);
        }

        return await tokens.StartAsync(new SignIn(user.Id, SignInMethod.Password), http, cancellationToken) is { } response
            ? TypedResults.Ok(response)
            : Invalid();
    }

    private static ApiProblem Invalid() =>
        Problems.Unauthorized("credentials_invalid", "Tenant, e-mail address and password do not fit together.");
}
