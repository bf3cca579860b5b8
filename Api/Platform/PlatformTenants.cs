using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;

namespace ProductionReady.Api.Platform;

/// <summary>
/// Reads tenants across all of them, by the one function of the database that tells them, and only to the platform's own tenant.
/// </summary>
public sealed class PlatformTenants(AppDbContext database)
{
    /// <summary>One tenant, or null.</summary>
    internal async Task<PlatformTenantRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        (await QueryAsync(id, null, null, null, 1, cancellationToken)).SingleOrDefault();

    /// <summary>At most <paramref name="count"/> tenants after an id.</summary>
    internal Task<List<PlatformTenantRow>> PageAsync(
        string? state, string? pattern, Guid? after, int count, CancellationToken cancellationToken) =>
        QueryAsync(null, state, pattern, after, count, cancellationToken);

    private Task<List<PlatformTenantRow>> QueryAsync(
        Guid? wanted, string? state, string? pattern, Guid? after, int count, CancellationToken cancellationToken) =>
        database.Database.SqlQuery<PlatformTenantRow>($"""
            SELECT id AS "Id", slug AS "Slug", name AS "Name", state AS "State", suspended_reason AS "SuspendedReason", closing_at AS "ClosingAt",
                erase_after AS "EraseAfter", max_users AS "MaxUsers", max_contacts AS "MaxContacts", max_events_a_month AS "MaxEventsAMonth",
                max_storage_bytes AS "MaxStorageBytes", created_at AS "CreatedAt", updated_at AS "UpdatedAt", users AS "Users",
                contacts AS "Contacts", storage_bytes AS "StorageBytes", sign_ins_a_day AS "SignInsADay", sign_ins_a_month AS "SignInsAMonth",
                measured_at AS "MeasuredAt"
            FROM platform_tenants({wanted}, {state}, {pattern}, {after}, {count})
            """).ToListAsync(cancellationToken);
}
