using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Worker.Maintenance;

/// <summary>
/// Deletes one batch of one tenant's rows in that tenant's own scope: row-level security stays on, a mistake here cannot
/// reach another tenant.
/// </summary>
public sealed class TokenBatches(IServiceScopeFactory scopes, TenantGate gate, IOptions<TokenCleanupOptions> options)
{
    // As long as the Api asks for them (SignInThrottles).
    private static readonly TimeSpan FailuresForgotten = TimeSpan.FromHours(24);
    private static readonly TimeSpan AddressKnown = TimeSpan.FromDays(30);

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

    /// <summary>
    /// Failed sign-ins that are forgotten, and marks of addresses that are not known any more; returns how many were deleted.
    /// </summary>
    public Task<int> DeleteSignInThrottlesAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.SignInThrottles
            .Where(throttle => (throttle.Failures > 0 && throttle.LastFailedAt <= DateTimeOffset.UtcNow - FailuresForgotten)
                || throttle.LastFailedAt <= DateTimeOffset.UtcNow - AddressKnown)
            .OrderBy(throttle => throttle.LastFailedAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Password resets that expired; returns how many were deleted.</summary>
    public Task<int> DeletePasswordResetsAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.PasswordResets
            .Where(reset => reset.ExpiresAt <= DateTimeOffset.UtcNow)
            .OrderBy(reset => reset.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Sign-ins by identity providers that expired, whether somebody came back or not; returns how many were deleted.</summary>
    public Task<int> DeleteOidcSignInsAsync(Guid tenant, CancellationToken cancellationToken) =>
        InScopeAsync(tenant, database => database.OidcSignIns
            .Where(signIn => signIn.ExpiresAt <= DateTimeOffset.UtcNow)
            .OrderBy(signIn => signIn.ExpiresAt)
            .Take(settings.BatchSize)
            .ExecuteDeleteAsync(cancellationToken));

    /// <summary>Databases that hold what belongs to no tenant: home and those of tenants.</summary>
    public Task<IReadOnlyList<TenantPool>> DatabasesAsync(CancellationToken cancellationToken) => gate.ListAsync(cancellationToken);

    /// <summary>Revocations, which belong to no tenant, of what has expired by now; returns how many were deleted.</summary>
    public async Task<int> DeleteRevocationsAsync(TenantPool database, CancellationToken cancellationToken)
    {
        await using var command = database.Sessions.CreateCommand("""
            DELETE FROM revocations WHERE id = ANY (ARRAY(SELECT id FROM revocations WHERE until <= now() ORDER BY until LIMIT $1))
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = settings.BatchSize });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    // UtcNow in these queries becomes the database's now(): a Worker whose clock is ahead must not end living sessions.
    private async Task<int> InScopeAsync(Guid tenant, Func<AppDbContext, Task<int>> delete)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenant, CancellationToken.None);
        return await delete(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }
}
