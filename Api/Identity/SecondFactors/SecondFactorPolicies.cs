using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Who must have a second factor.</summary>
/// <param name="Required">Everybody.</param>
/// <param name="Roles">Whoever has one of these roles, whatever the rest may do.</param>
public sealed record SecondFactorPolicy(bool Required, string[] Roles);

/// <summary>The current tenant's policy. Sign-in and refresh look at it in their own statements.</summary>
public sealed class SecondFactorPolicies(AppDbContext database, RevocationMemory revocations)
{
    private Guid TenantId => database.CurrentTenantId!.Value;

    /// <summary>Whether it requires a second factor of a user.</summary>
    public async Task<bool> CoversAsync(Guid userId, CancellationToken cancellationToken) => (await database.Database.SqlQuery<bool>($"""
        SELECT tenant.require_second_factor OR tenant.second_factor_roles && owner.roles AS "Value"
        FROM users AS owner JOIN tenants AS tenant ON tenant.id = owner.tenant_id
        WHERE owner.tenant_id = {TenantId} AND owner.id = {userId}
        """).ToListAsync(cancellationToken)).Contains(true);

    /// <summary>The policy.</summary>
    public async Task<SecondFactorPolicy> ReadAsync(CancellationToken cancellationToken) => (await database.Database.SqlQuery<SecondFactorPolicy>($"""
        SELECT require_second_factor AS "Required", second_factor_roles AS "Roles" FROM tenants WHERE id = {TenantId}
        """).ToListAsync(cancellationToken)).Single();

    /// <summary>
    /// Reads the policy and keeps others from changing it, and sign-ins from starting sessions, until the transaction ends: what
    /// <see cref="ChangeAsync"/> finds is all there is.
    /// </summary>
    public async Task<SecondFactorPolicy> LockAsync(CancellationToken cancellationToken) => (await database.Database.SqlQuery<SecondFactorPolicy>($"""
        SELECT require_second_factor AS "Required", second_factor_roles AS "Roles" FROM tenants WHERE id = {TenantId} FOR NO KEY UPDATE
        """).ToListAsync(cancellationToken)).Single();

    /// <summary>
    /// Sets the policy. Users whom it covers and who are signed in without a second factor get a higher access version, so that
    /// their tokens are refused within a second and what they get for them is restricted. Call inside of a transaction.
    /// </summary>
    /// <returns>How many users that are.</returns>
    public async Task<int> ChangeAsync(SecondFactorPolicy policy, CancellationToken cancellationToken)
    {
        var affected = await database.Database.SqlQuery<Affected>($"""
            WITH changed AS (
                UPDATE tenants SET require_second_factor = {policy.Required}, second_factor_roles = {policy.Roles}, updated_at = now()
                WHERE id = {TenantId}),
            affected AS (
                UPDATE users SET access_version = access_version + 1
                WHERE tenant_id = {TenantId} AND ({policy.Required} OR roles && {policy.Roles}) AND EXISTS (
                    SELECT 1 FROM sessions AS session
                    WHERE session.tenant_id = users.tenant_id AND session.user_id = users.id AND session.second_factor_at IS NULL
                        AND NOT session.restricted AND session.revoked_at IS NULL AND session.expires_at > clock_timestamp())
                RETURNING id, access_version)
            INSERT INTO revocations (id, subject, below_version, until)
            SELECT gen_random_uuid(), id, access_version, clock_timestamp() + {SessionEnding.TokensLiveFor} FROM affected
            RETURNING subject AS "UserId", below_version AS "Version"
            """).ToListAsync(cancellationToken);
        database.AfterCommit(() => affected.ForEach(
            user => revocations.Add(new RevokedSubject(user.UserId, user.Version, SessionEnding.TokensLiveFor))));
        return affected.Count;
    }

    private sealed record Affected(Guid UserId, long Version);
}
