using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>A code of the authenticator app that is right.</summary>
/// <param name="Step">The step that it is of, after the last that was used.</param>
/// <param name="WrappedSecret">The secret as it is to be stored from now on.</param>
public sealed record FoundStep(long Step, byte[] WrappedSecret);

/// <summary>Checks codes: those of the authenticator app, and recovery codes in their place.</summary>
public sealed class SecondFactorCheck(SecondFactorStore store, SecondFactorSecrets secrets, ITenantContext tenant, TimeProvider time)
{
    /// <summary>
    /// Whether the code is the user's and was not used before. It is used up then, together with what else the transaction does.
    /// </summary>
    public async Task<bool> UseAsync(Guid userId, string code, CancellationToken cancellationToken)
    {
        if (RecoveryCodeText.TryParse(code, out var recovery))
        {
            return await store.UseRecoveryCodeAsync(userId, recovery, cancellationToken);
        }

        return await store.FindAsync(userId, cancellationToken) is { ConfirmedAt: not null } factor
            && FindStep(userId, factor, code) is { } found
            && await store.UseStepAsync(userId, factor, found, cancellationToken);
    }

    /// <summary>Whether a code is of the app, without using it up; null when it is not, or not any more.</summary>
    public FoundStep? FindStep(Guid userId, StoredFactor factor, string code)
    {
        // Apps show the digits in two groups.
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        return secrets.Open(tenant.TenantId!.Value, userId, factor.WrappedSecret) is { } opened
            && Totp.FindStep(opened.Secret, digits, time.GetUtcNow(), factor.LastStep) is { } step
                ? new FoundStep(step, opened.Wrapped)
                : null;
    }
}
