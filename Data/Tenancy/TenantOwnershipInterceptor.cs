using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ProductionReady.Data.Tenancy;

/// <summary>
/// Before changes are saved: gives new rows the current tenant and refuses rows of another. The database would refuse
/// them too, but with an error that names neither the entity nor the tenants.
/// </summary>
public sealed class TenantOwnershipInterceptor : SaveChangesInterceptor
{
    /// <inheritdoc/>
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Check(eventData.Context);
        return result;
    }

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default)
    {
        Check(eventData.Context);
        return ValueTask.FromResult(result);
    }

    private static void Check(DbContext? context)
    {
        if (context is not AppDbContext app)
        {
            return;
        }

        foreach (var entry in app.ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is not (EntityState.Added or EntityState.Modified or EntityState.Deleted))
            {
                continue;
            }

            if (entry.State is EntityState.Added && entry.Entity.TenantId == Guid.Empty && app.CurrentTenantId is { } current)
            {
                entry.Property(owned => owned.TenantId).CurrentValue = current;
            }

            if (entry.Entity.TenantId != app.CurrentTenantId)
            {
                throw new TenantMismatchException(entry.Metadata.ClrType.Name, entry.Entity.TenantId, app.CurrentTenantId);
            }
        }
    }
}
