using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity.Sessions;

/// <summary>
/// Whether a token's session may still be used. As a rule <see cref="RevocationMemory"/> knows, in this process's memory; when it
/// does not, the rows decide. If the database is away too, the request fails with 503: nothing is let in unchecked.
/// </summary>
/// <remarks>
/// The scope's tenant must be the token's. Of a tenant that is closing one session is left, the one that closed it; it goes on.
/// </remarks>
public sealed class SessionCheck(RevocationMemory memory, TenantContext tenant, TenantGate gate, IServiceProvider services)
{
    /// <summary><see cref="RevocationState.Good"/> when the token may be used; never <see cref="RevocationState.Unknown"/>.</summary>
    public ValueTask<RevocationState> CheckAsync(AccessToken token, CancellationToken cancellationToken) =>
        memory.Look(token.Principal, tenant.Pool?.Database) is var state and not RevocationState.Unknown
            ? ValueTask.FromResult(state)
            : new(AskDatabaseAsync(token, cancellationToken));

    private async Task<RevocationState> AskDatabaseAsync(AccessToken token, CancellationToken cancellationToken)
    {
        // Asked for only now: making a context is a good part of what a request costs that needs none.
        var database = services.GetRequiredService<AppDbContext>();
        var principal = token.Principal;

        // Keys are at home alone.
        var away = tenant.Pool is { Database: not null };
        if (away && !await IsSignedByLivingKeyAsync(token.KeyId, cancellationToken))
        {
            return RevocationState.Revoked;
        }

        var versions = await database.Database.SqlQuery<long>($"""
            SELECT owner.access_version AS "Value"
            FROM sessions AS session
            JOIN users AS owner ON owner.tenant_id = session.tenant_id AND owner.id = session.user_id AND owner.state = 'active'
            JOIN tenants AS tenant ON tenant.id = session.tenant_id AND tenant.state IN ('active', 'closing')
            WHERE ({away} OR EXISTS (SELECT FROM signing_keys AS key
                    WHERE key.kid = {token.KeyId} AND (key.retires_at IS NULL OR key.retires_at > clock_timestamp())))
                AND session.tenant_id = {principal.TenantId} AND session.id = {principal.SessionId} AND session.user_id = {principal.UserId}
                AND session.revoked_at IS NULL AND session.expires_at > clock_timestamp()
            """).ToListAsync(cancellationToken);
        return versions is not [{ } current] ? RevocationState.Revoked
            : current > principal.Version ? RevocationState.Stale
            : RevocationState.Good;
    }

    private async Task<bool> IsSignedByLivingKeyAsync(string keyId, CancellationToken cancellationToken)
    {
        await using var command = gate.Home.Statements.CreateCommand(
            "SELECT EXISTS (SELECT FROM signing_keys WHERE kid = $1 AND (retires_at IS NULL OR retires_at > clock_timestamp()))");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = keyId });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
