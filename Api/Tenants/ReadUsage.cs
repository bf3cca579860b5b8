using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Tenants;

/// <summary>What the tenant uses of what its plan allows.</summary>
/// <param name="Users">Active users, now.</param>
/// <param name="Contacts">Contacts, as the Worker counted them.</param>
/// <param name="EventsThisMonth">Events of this calendar month, UTC.</param>
/// <param name="StorageBytes">Bytes of stored rows, without indexes, as the Worker measured them.</param>
public sealed record UsageReport(UsedOf Users, UsedOf Contacts, UsedOf EventsThisMonth, UsedOf StorageBytes);

/// <summary>One thing that a plan can limit.</summary>
/// <param name="Used">How much; null when it was not measured yet, which the Worker does every hour.</param>
/// <param name="Limit">How much the plan allows; null for any.</param>
/// <param name="MeasuredAt">When it was measured, UTC.</param>
public sealed record UsedOf(long? Used, long? Limit, DateTimeOffset? MeasuredAt);

/// <summary><c>GET /api/v1/tenant/usage</c></summary>
public static class ReadUsage
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(AppDbContext database, TimeProvider time, CancellationToken cancellationToken)
    {
        var found = await database.Tenants.AsNoTracking()
            .Select(tenant => new
            {
                Tenant = tenant,
                Users = database.Users.LongCount(user => user.State == UserState.Active),
                Usage = database.TenantUsage.FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
        {
            return Problems.NotFound("tenant_not_found", "The tenant was erased.");
        }

        var (now, limits, usage) = (time.NowToStore(), TenantLimits.Of(found.Tenant), found.Usage);
        return TypedResults.Ok(new UsageReport(
            new(found.Users, limits.MaxUsers, now),
            new(usage?.Contacts, limits.MaxContacts, usage?.MeasuredAt),

            // No part of the application takes events in yet.
            new(0, limits.MaxEventsAMonth, now),
            new(usage?.StorageBytes, limits.MaxStorageBytes, usage?.MeasuredAt)));
    }
}
