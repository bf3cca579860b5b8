using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// Deletes one batch of one tenant's rows in that tenant's own scope: row-level security stays on, a mistake here cannot
/// reach another tenant.
/// </summary>
public sealed class TokenBatches(IServiceScopeFactory scopes, IOptions<TokenCleanupOptions> options)
{
    private readonly TokenCleanupOptions settings = options.Value;

    /// <summary>
    /// Refresh tokens that expired or whose session is revoked; returns how many were deleted. A used token of a living
    /// session stays: its reuse must be recognised until it expires.
    /// </summary>
    public Task<int> DeleteTokensAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.RefreshTokens
            .Where(token => token.ExpiresAt <= DateTimeOffset.UtcNow
                || database.Sessions.Any(session => session.Id == token.SessionId && session.RevokedAt != null))
            .OrderBy(token => token.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Sessions that ended longer ago than their retention; returns how many were deleted.</summary>
    public Task<int> DeleteSessionsAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.Sessions
            .Where(session => session.ExpiresAt <= DateTimeOffset.UtcNow - settings.SessionRetention
                || session.RevokedAt <= DateTimeOffset.UtcNow - settings.SessionRetention)
            .OrderBy(session => session.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Idempotency keys that expired, with their answers; returns how many were deleted.</summary>
    public Task<int> DeleteIdempotencyKeysAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.IdempotencyKeys
            .Where(key => key.ExpiresAt <= DateTimeOffset.UtcNow)
            .OrderBy(key => key.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Sign-ins that waited for a second factor and expired; returns how many were deleted.</summary>
    public Task<int> DeleteChallengesAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.SignInChallenges
            .Where(challenge => challenge.ExpiresAt <= DateTimeOffset.UtcNow)
            .OrderBy(challenge => challenge.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Sign-ins by identity providers that nobody came back to in time, or that were used; returns how many were deleted.</summary>
    public Task<int> DeleteOidcSignInsAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.OidcSignIns
            .Where(signIn => signIn.ExpiresAt <= DateTimeOffset.UtcNow)
            .OrderBy(signIn => signIn.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Revocations, which belong to no tenant, of what has expired by now; returns how many were deleted.</summary>
    public async Task<int> DeleteRevocationsAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AppDbContext>().Revocations
            .Where(revocation => revocation.Until <= DateTimeOffset.UtcNow)
            .OrderBy(revocation => revocation.Until)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken);
    }

    // UtcNow in these queries becomes the database's now(): a Worker whose clock is ahead must not end living sessions.
    private async Task<int> InScopeAsync(Guid tenant, Func<AppDbContext, Task<int>> delete)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantContext>().TenantId = tenant;
        return await delete(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }
}
