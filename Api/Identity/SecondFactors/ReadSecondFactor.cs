using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>The caller's second factor.</summary>
/// <param name="Confirmed">Whether there is one that is asked for at sign-in.</param>
/// <param name="ConfirmedAt">Since when, UTC.</param>
/// <param name="Required">Whether the tenant's policy requires one of the caller.</param>
/// <param name="RecoveryCodesLeft">Recovery codes that were not used.</param>
public sealed record SecondFactorView(bool Confirmed, DateTimeOffset? ConfirmedAt, bool Required, int RecoveryCodesLeft);

/// <summary>Says whether the caller has a second factor.</summary>
public static class ReadSecondFactor
{
    /// <summary>Handles <c>GET /api/v1/auth/me/second-factor</c>.</summary>
    public static async Task<Ok<SecondFactorView>> HandleAsync(
        Principal principal, SecondFactorStore store, SecondFactorPolicies policies, CancellationToken cancellationToken)
    {
        var factor = await store.FindAsync(principal.UserId, cancellationToken);
        return TypedResults.Ok(new SecondFactorView(
            factor?.ConfirmedAt is not null,
            factor?.ConfirmedAt,
            await policies.CoversAsync(principal.UserId, cancellationToken),
            await store.RecoveryCodesLeftAsync(principal.UserId, cancellationToken)));
    }
}
