using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Requests;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Lockout;

/// <summary>
/// Lockout that grows, per account and per address, in the database, so that it holds on every instance. Failures are counted
/// for the account from this address, for the account from all addresses that are not known for it, and for the address. From
/// an address where the user signed in lately only the first counts: strangers elsewhere cannot keep him out there. A password
/// that is changed or reset starts the account's counts anew, because the time of the change is part of what is counted.
/// </summary>
public sealed class SignInThrottles(
    AppDbContext database, TenantDirectory tenants, TenantContext tenant, TenantDatabase connections, StrangeTenants strange, SignInAudit audit,
    IOptions<IdentityOptions> options, TimeProvider time)
{
    /// <summary>Free failures at an account from everywhere else.</summary>
    public static int FreeByAccount(int free) => 2 * free;

    /// <summary>Free failures of an address.</summary>
    public static int FreeByAddress(int free) => 4 * free;

    /// <summary>Finds the account and whether sign-ins to it are refused; sets the scope's tenant.</summary>
    /// <param name="slug">Of the tenant, in any case.</param>
    /// <param name="email">Of the user, in any case.</param>
    /// <param name="http">Names the address.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignInAttempt> LookAsync(string slug, string email, HttpContext http, CancellationToken cancellationToken)
    {
        var tenantId = await tenants.FindBySlugAsync(slug.ToLowerInvariant(), cancellationToken);

        // Unknown tenants get an id nobody has: what follows is the same and finds nothing.
        await tenant.EnterAsync(tenantId ?? Guid.CreateVersion7(), cancellationToken);
        var attempt = await LookAsync(email, http, cancellationToken);
        if (tenantId is not null)
        {
            return attempt;
        }

        var strangers = Encoding.UTF8.GetBytes(slug.ToUpperInvariant());
        var counted = new CountedSubjects(
            Within(strangers, attempt.Counted.Here), Within(strangers, attempt.Counted.Account), Within(strangers, attempt.Counted.Address), [], IsKnown: false);
        return new SignInAttempt(null, email, null, counted, strange.WaitFor(counted));
    }

    /// <summary>The same within the scope's tenant.</summary>
    public async Task<SignInAttempt> LookAsync(string email, HttpContext http, CancellationToken cancellationToken)
    {
        var address = NetworkOf.Address(http.Connection.RemoteIpAddress);
        var now = time.GetUtcNow();
        var tenantId = database.CurrentTenantId!.Value;
        var found = await database.Database.SqlQuery<Found>($"""
            SELECT
                owner.id AS "Id", owner.email AS "Email", owner.password_hash AS "PasswordHash", owner.password_changed_at AS "PasswordChangedAt",
                counted.here AS "Here", counted.account AS "Account", counted.address AS "Address", marked.mark AS "Mark", known.yes AS "IsKnown",
                (SELECT max(blocked_until) FROM sign_in_throttles
                    WHERE tenant_id = {tenantId}
                        AND subject = ANY (CASE WHEN known.yes THEN ARRAY[counted.here] ELSE ARRAY[counted.here, counted.account, counted.address] END)
                ) AS "BlockedUntil"
            FROM (SELECT lower({email}) AS email) AS given
            LEFT JOIN LATERAL (
                SELECT users.* FROM users JOIN tenants ON tenants.id = users.tenant_id
                WHERE users.tenant_id = {tenantId} AND users.email_key = given.email AND users.state = 'active' AND tenants.state = 'active'
            ) AS owner ON true
            CROSS JOIN LATERAL (SELECT
                sha256(convert_to(given.email, 'UTF8')) AS name,
                sha256(convert_to(given.email || coalesce(extract(epoch FROM owner.password_changed_at)::text, ''), 'UTF8')) AS current) AS named
            CROSS JOIN LATERAL (SELECT
                sha256('here'::bytea || named.current || {address}) AS here,
                sha256('account'::bytea || named.current) AS account,
                sha256('address'::bytea || {address}) AS address) AS counted
            CROSS JOIN LATERAL (SELECT sha256('known'::bytea || named.name || {address}) AS mark) AS marked
            CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM sign_in_throttles
                WHERE tenant_id = {tenantId} AND subject = marked.mark AND last_failed_at > {now - LockoutOptions.AddressIsKnown}) AS yes) AS known
            """).ToListAsync(cancellationToken);
        var row = found.Single();
        var account = row.Id is { } id ? new PasswordAccount(id, row.Email!, row.PasswordHash, row.PasswordChangedAt) : null;
        var wait = row.BlockedUntil - now ?? TimeSpan.Zero;
        return new SignInAttempt(
            tenantId, email, account, new CountedSubjects(row.Here, row.Account, row.Address, row.Mark, row.IsKnown), wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
    }

    /// <summary>Counts a failure and records it, in one round trip.</summary>
    public async Task FailedAsync(SignInAttempt attempt, HttpContext http, CancellationToken cancellationToken)
    {
        if (attempt.TenantId is null)
        {
            strange.Count(attempt.Counted);
        }

        await using var connection = await connections.OpenAsync(tenant.TenantId!.Value, cancellationToken);
        await using var batch = TenantDatabase.Batch(connection, tenant.TenantId!.Value, Counting(attempt));
        if (attempt.TenantId is not null && audit.Refused(attempt.Account?.Id, attempt.Email, "credentials") is { } refused)
        {
            batch.BatchCommands.Add(AppendStatement.Of(refused, AuditOrigin.Of(http)));
        }

        // Not cancelled: whoever hangs up early must not get guesses for free.
        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Forgets the failures of the account from this address and marks the address as known; joins the context's transaction.</summary>
    public Task SucceededAsync(SignInAttempt attempt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.Database.ExecuteSqlAsync($"""
            WITH cleared AS (DELETE FROM sign_in_throttles WHERE tenant_id = {attempt.TenantId} AND subject = {attempt.Counted.Here})
            INSERT INTO sign_in_throttles (tenant_id, subject, failures, last_failed_at, blocked_until)
            VALUES ({attempt.TenantId}, {attempt.Counted.Known}, 0, {now}, {now})
            ON CONFLICT (tenant_id, subject) DO UPDATE SET last_failed_at = excluded.last_failed_at
            WHERE sign_in_throttles.last_failed_at < excluded.last_failed_at - interval '1 day'
            """, cancellationToken);
    }

    /// <summary>
    /// One upsert of one, or three, rows; none where there is no such tenant. In the order of their keys: two that fail at once
    /// wait for each other and not both ways.
    /// </summary>
    private NpgsqlBatchCommand Counting(SignInAttempt attempt)
    {
        var free = options.Value.Lockout.FreeFailures;
        (byte[] Subject, int Free)[] limits = attempt.Counted.IsKnown
            ? [(attempt.Counted.Here, free)]
            : [(attempt.Counted.Here, free), (attempt.Counted.Account, FreeByAccount(free)), (attempt.Counted.Address, FreeByAddress(free))];
        return new NpgsqlBatchCommand("""
            WITH counted AS (SELECT * FROM unnest($1::bytea[], $2::int[]) AS limits (subject, free))
            INSERT INTO sign_in_throttles (tenant_id, subject, failures, last_failed_at, blocked_until)
            SELECT tenants.id, counted.subject, 1, $3, $3 FROM tenants, counted WHERE tenants.id = $4 ORDER BY counted.subject
            ON CONFLICT (tenant_id, subject) DO UPDATE SET
                failures = CASE WHEN sign_in_throttles.last_failed_at < $5 THEN 1 ELSE sign_in_throttles.failures + 1 END,
                last_failed_at = excluded.last_failed_at,
                blocked_until = $3 + make_interval(secs => ($6::float8[])[1 + least(cardinality($6) - 1, greatest(0,
                    CASE WHEN sign_in_throttles.last_failed_at < $5 THEN 1 ELSE sign_in_throttles.failures + 1 END
                    - (SELECT free FROM counted WHERE counted.subject = excluded.subject)))])
            """)
        {
            Parameters =
            {
                new NpgsqlParameter<byte[][]> { TypedValue = [.. limits.Select(limit => limit.Subject)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. limits.Select(limit => limit.Free)] },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() },
                new NpgsqlParameter<Guid> { TypedValue = tenant.TenantId!.Value },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() - LockoutOptions.Forgotten },
                new NpgsqlParameter<double[]> { TypedValue = options.Value.Lockout.Delays() },
            },
        };
    }

    private static byte[] Within(byte[] tenant, byte[] subject) => SHA256.HashData([.. tenant, .. subject]);

    private sealed record Found(
        Guid? Id, string? Email, string? PasswordHash, DateTimeOffset? PasswordChangedAt,
        byte[] Here, byte[] Account, byte[] Address, byte[] Mark, bool IsKnown, DateTimeOffset? BlockedUntil);
}
