using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// Bounds how many codes are tried for a user. A try is counted before the code is looked at, so that many at once are no way
/// around it; a right code forgives them. Only somebody who has the password, or a session, gets this far: a stranger locks
/// nobody out here.
/// </summary>
public sealed class SecondFactorAttempts(AppDbContext database)
{
    /// <summary>Tries before the first wait.</summary>
    public const int Free = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    /// <summary>Counts a try. The wait doubles with each further one, up to an hour.</summary>
    /// <returns>Null when the code may be looked at; else how long to wait first.</returns>
    public async Task<TimeSpan?> TakeAsync(Guid userId, CancellationToken cancellationToken)
    {
        var subject = Subject(userId);
        var tenantId = database.CurrentTenantId!.Value;
        var taken = await database.Database.ExecuteSqlAsync($"""
            INSERT INTO sign_in_throttles AS throttle (tenant_id, subject, failures, last_failed_at, blocked_until)
            VALUES ({tenantId}, {subject}, 1, clock_timestamp(), clock_timestamp())
            ON CONFLICT (tenant_id, subject) DO UPDATE
            SET failures = CASE WHEN throttle.last_failed_at < clock_timestamp() - {ForgottenAfter} THEN 1 ELSE throttle.failures + 1 END,
                last_failed_at = clock_timestamp(),
                blocked_until = CASE
                    WHEN throttle.last_failed_at < clock_timestamp() - {ForgottenAfter} OR throttle.failures + 1 < {Free} THEN clock_timestamp()
                    ELSE clock_timestamp() + least({FirstWait} * power(2, least(throttle.failures + 1 - {Free}, 16)), {LongestWait}) END
            WHERE throttle.blocked_until <= clock_timestamp()
            """, cancellationToken);
        if (taken == 1)
        {
            return null;
        }

        var waits = await database.Database.SqlQuery<TimeSpan>($"""
            SELECT blocked_until - clock_timestamp() AS "Value" FROM sign_in_throttles WHERE tenant_id = {tenantId} AND subject = {subject}
            """).ToListAsync(cancellationToken);
        return waits is [var wait] && wait > TimeSpan.Zero ? wait : TimeSpan.FromSeconds(1);
    }

    /// <summary>Forgets the tries, for the code was right.</summary>
    public Task ForgiveAsync(Guid userId, CancellationToken cancellationToken) => database.Database.ExecuteSqlAsync(
        $"DELETE FROM sign_in_throttles WHERE tenant_id = {database.CurrentTenantId} AND subject = {Subject(userId)}", cancellationToken);

    private static byte[] Subject(Guid userId) => SHA256.HashData([.. "second-factor:"u8, .. userId.ToByteArray(bigEndian: true)]);
}
