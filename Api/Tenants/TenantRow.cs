using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>The current tenant's row, held until the transaction ends.</summary>
internal static class TenantRow
{
    /// <summary>
    /// Reads and locks it: other changes of the tenant and sign-ins wait, and then see what became of it; work on its data goes on.
    /// </summary>
    /// <returns>Null when there is no such tenant.</returns>
    public static async Task<Tenant?> LockAsync(AppDbContext database, CancellationToken cancellationToken) =>
        (await database.Tenants
            .FromSql($"SELECT *, xmin FROM tenants WHERE id = {database.CurrentTenantId} FOR NO KEY UPDATE")
            .ToListAsync(cancellationToken)).SingleOrDefault();
}
