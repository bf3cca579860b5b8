using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Platform;

/// <summary>All tenants together.</summary>
/// <param name="Tenants">How many, by state.</param>
/// <param name="Users">Active users.</param>
/// <param name="Contacts">Contacts.</param>
/// <param name="StorageBytes">Bytes of rows, without indexes.</param>
/// <param name="SignInsADay">Sign-ins of 24 hours.</param>
/// <param name="SignInsAMonth">Sign-ins of 30 days.</param>
/// <param name="MeasuredTenants">Tenants that these figures are of; new ones are measured within the hour.</param>
/// <param name="OldestMeasuredAt">When the tenant was measured whose figures are the oldest, UTC.</param>
/// <param name="SignUps">Tenants that signed up and are still there, on each of the last 30 days that had one.</param>
public sealed record PlatformStatistics(
    TenantsByState Tenants, long Users, long Contacts, long StorageBytes, long SignInsADay, long SignInsAMonth, long MeasuredTenants,
    DateTimeOffset? OldestMeasuredAt, IReadOnlyList<SignUpsOfADay> SignUps)
{
    private const int Days = 30;

    /// <summary>Handles <c>GET /api/v1/platform/statistics</c>.</summary>
    public static async Task<IResult> HandleAsync(AppDbContext database, AuditTrail audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - Days);
        var totals = await database.Database.SqlQuery<Totals>($"""
            SELECT active AS "Active", suspended AS "Suspended", closing AS "Closing", measured AS "Measured", users AS "Users", contacts AS "Contacts",
                storage_bytes AS "StorageBytes", sign_ins_a_day AS "SignInsADay", sign_ins_a_month AS "SignInsAMonth",
                oldest_measured_at AS "OldestMeasuredAt"
            FROM platform_statistics()
            """).SingleAsync(cancellationToken);
        var signUps = await database.Database
            .SqlQuery<SignUpsOfADay>($"""SELECT day AS "Day", count AS "Tenants" FROM platform_sign_ups({since})""")
            .ToListAsync(cancellationToken);
        await audit.RecordAsync(new AuditEvent(AuditActions.PlatformStatisticsRead, AuditOutcome.Succeeded, "platform", null), cancellationToken);
        return TypedResults.Ok(new PlatformStatistics(
            new(totals.Active, totals.Suspended, totals.Closing), totals.Users, totals.Contacts, totals.StorageBytes, totals.SignInsADay,
            totals.SignInsAMonth, totals.Measured, totals.OldestMeasuredAt, signUps));
    }

    private sealed record Totals(
        long Active, long Suspended, long Closing, long Measured, long Users, long Contacts, long StorageBytes, long SignInsADay,
        long SignInsAMonth, DateTimeOffset? OldestMeasuredAt);
}

/// <summary>How many tenants there are.</summary>
/// <param name="Active">In use.</param>
/// <param name="Suspended">Suspended by the operator.</param>
/// <param name="Closing">Waiting to be erased.</param>
public sealed record TenantsByState(long Active, long Suspended, long Closing);

/// <summary>Sign-ups of a day.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Tenants">How many.</param>
public sealed record SignUpsOfADay(DateOnly Day, long Tenants);
