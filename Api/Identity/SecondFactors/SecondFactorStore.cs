using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>A user's second factor as stored.</summary>
/// <param name="WrappedSecret">See <see cref="SecondFactorSecrets"/>; another one may hold the same secret by now.</param>
/// <param name="CreatedAt">When the secret was made, which tells it from another one of the user.</param>
/// <param name="ConfirmedAt">Since when it is asked for; null while it is being enrolled.</param>
/// <param name="LastStep">The newest step whose code was used.</param>
public sealed record StoredFactor(byte[] WrappedSecret, DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt, long LastStep);

/// <summary>
/// The second factors of the current tenant's users. What uses a code up is one statement that compares and sets: of many that
/// bring the same code exactly one changes the row.
/// </summary>
public sealed class SecondFactorStore(AppDbContext database)
{
    private Guid TenantId => database.CurrentTenantId!.Value;

    /// <summary>The factor, confirmed or not.</summary>
    public Task<StoredFactor?> FindAsync(Guid userId, CancellationToken cancellationToken) => database.SecondFactors.AsNoTracking()
        .Where(factor => factor.UserId == userId)
        .Select(factor => new StoredFactor(factor.WrappedSecret, factor.CreatedAt, factor.ConfirmedAt, factor.LastStep))
        .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Stores a new secret in place of one that was never confirmed; false when there is one that was.</summary>
    public async Task<bool> EnrolAsync(Guid userId, byte[] wrappedSecret, CancellationToken cancellationToken) =>
        await database.Database.ExecuteSqlAsync($"""
            INSERT INTO second_factors AS factor (tenant_id, user_id, wrapped_secret, created_at, last_step)
            VALUES ({TenantId}, {userId}, {wrappedSecret}, clock_timestamp(), 0)
            ON CONFLICT (tenant_id, user_id) DO UPDATE
            SET wrapped_secret = excluded.wrapped_secret, created_at = excluded.created_at, last_step = 0
            WHERE factor.confirmed_at IS NULL
            """, cancellationToken) == 1;

    /// <summary>Makes the factor count from now on; false when it does already, or has another secret meanwhile.</summary>
    public async Task<bool> ConfirmAsync(Guid userId, StoredFactor pending, FoundStep found, CancellationToken cancellationToken) =>
        await database.Database.ExecuteSqlAsync($"""
            UPDATE second_factors SET confirmed_at = clock_timestamp(), last_step = {found.Step},
                wrapped_secret = CASE wrapped_secret WHEN {pending.WrappedSecret} THEN {found.WrappedSecret} ELSE wrapped_secret END
            WHERE tenant_id = {TenantId} AND user_id = {userId} AND created_at = {pending.CreatedAt} AND confirmed_at IS NULL
            """, cancellationToken) == 1;

    /// <summary>Uses the code of a step up; false when it, or a later one, was used before.</summary>
    public async Task<bool> UseStepAsync(Guid userId, StoredFactor factor, FoundStep found, CancellationToken cancellationToken) =>
        await database.Database.ExecuteSqlAsync($"""
            UPDATE second_factors SET last_step = {found.Step},
                wrapped_secret = CASE wrapped_secret WHEN {factor.WrappedSecret} THEN {found.WrappedSecret} ELSE wrapped_secret END
            WHERE tenant_id = {TenantId} AND user_id = {userId} AND created_at = {factor.CreatedAt}
                AND confirmed_at IS NOT NULL AND last_step < {found.Step}
            """, cancellationToken) == 1;

    /// <summary>Uses a recovery code up; false when there is none such that was not used.</summary>
    public async Task<bool> UseRecoveryCodeAsync(Guid userId, RecoveryCodeText code, CancellationToken cancellationToken) =>
        await database.Database.ExecuteSqlAsync($"""
            UPDATE recovery_codes SET used_at = clock_timestamp()
            WHERE tenant_id = {TenantId} AND user_id = {userId} AND code_hash = {code.Hash(userId)} AND used_at IS NULL
            """, cancellationToken) == 1;

    /// <summary>Puts a new set of recovery codes in the place of all others, and returns it. Call inside of a transaction.</summary>
    public async Task<IReadOnlyList<RecoveryCodeText>> RenewRecoveryCodesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var codes = RecoveryCodeText.NewSet();
        var hashes = codes.Select(code => code.Hash(userId)).ToArray();
        await database.Database.ExecuteSqlAsync($"DELETE FROM recovery_codes WHERE tenant_id = {TenantId} AND user_id = {userId}", cancellationToken);
        await database.Database.ExecuteSqlAsync($"""
            INSERT INTO recovery_codes (id, tenant_id, user_id, code_hash)
            SELECT gen_random_uuid(), {TenantId}, {userId}, hash FROM unnest({hashes}) AS hash
            """, cancellationToken);
        return codes;
    }

    /// <summary>Recovery codes that were not used.</summary>
    public Task<int> RecoveryCodesLeftAsync(Guid userId, CancellationToken cancellationToken) =>
        database.RecoveryCodes.CountAsync(code => code.UserId == userId && code.UsedAt == null, cancellationToken);

    /// <summary>
    /// Removes the factor with its recovery codes; false when there is none. The user's sessions count as signed in without one
    /// from then on. Call inside of a transaction.
    /// </summary>
    public async Task<bool> RemoveAsync(Guid userId, CancellationToken cancellationToken)
    {
        await database.RecoveryCodes.Where(code => code.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        await database.Sessions.Where(session => session.UserId == userId && session.SecondFactorAt != null)
            .ExecuteUpdateAsync(session => session.SetProperty(row => row.SecondFactorAt, (DateTimeOffset?)null), cancellationToken);
        return await database.SecondFactors.Where(factor => factor.UserId == userId).ExecuteDeleteAsync(cancellationToken) == 1;
    }
}
