using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Lockout;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Json;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>What changing, resetting and using a password do to the user's row, inside a transaction of the context.</summary>
public sealed class PasswordChange(AppDbContext database, SessionEnding sessions, TimeProvider time)
{
    /// <summary>
    /// Locks the user until the transaction ends, and makes sure that the password which was looked at is still the user's: between
    /// the look and now a tenth of a second was spent on hashing.
    /// </summary>
    /// <returns>False when the password was changed meanwhile, or the user removed.</returns>
    public async Task<bool> HoldAsync(PasswordAccount account, CancellationToken cancellationToken) =>
        (await database.Database.SqlQuery<Guid>($"""
            SELECT id AS "Value" FROM users
            WHERE tenant_id = {database.CurrentTenantId} AND id = {account.Id} AND password_changed_at IS NOT DISTINCT FROM {account.PasswordChangedAt}
            FOR NO KEY UPDATE
            """).ToListAsync(cancellationToken)).Count == 1;

    /// <summary>Stores a hash of the same password at today's cost, unless another sign-in has done so already.</summary>
    public Task StoreRehashedAsync(PasswordAccount account, string rehashed, CancellationToken cancellationToken) => database.Users
        .Where(user => user.Id == account.Id && user.PasswordHash == account.PasswordHash && user.PasswordChangedAt == account.PasswordChangedAt)
        .ExecuteUpdateAsync(user => user.SetProperty(row => row.PasswordHash, rehashed), cancellationToken);

    /// <summary>
    /// Gives the user, who is held, a new password: his other sessions and his unused resets end with the old one.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="hash">Of the new password.</param>
    /// <param name="exceptSessionId">The session that goes on, if there is one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StoreAsync(Guid userId, string hash, Guid? exceptSessionId, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        await database.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(
            user => user
                .SetProperty(row => row.PasswordHash, hash)
                .SetProperty(row => row.PasswordChangedAt, now)
                .SetProperty(row => row.UpdatedAt, now),
            cancellationToken);
        await database.PasswordResets.Where(reset => reset.UserId == userId && reset.UsedAt == null)
            .ExecuteUpdateAsync(reset => reset.SetProperty(row => row.UsedAt, now), cancellationToken);
        await sessions.EndAllOfUserAsync(userId, SessionEnding.PasswordChanged, exceptSessionId, cancellationToken);
    }
}
