using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Tenants.Plans;

/// <summary>Room for active users under a limit, exactly.</summary>
public sealed class UserRoom(AppDbContext database)
{
    /// <summary>
    /// Makes sure that one more user may be active; call in the transaction that creates or enables one, before it does. Others who ask
    /// for the same tenant wait until that transaction ends. Costs one read by key where there is no limit.
    /// </summary>
    /// <exception cref="PlanLimitException">The plan allows no more; becomes 409.</exception>
    /// <exception cref="InvalidOperationException">No transaction is open, so nothing would keep others out.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (database.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("Room for a user must be taken in the transaction that uses it.");
        }

        var limit = await database.Tenants.Select(tenant => tenant.MaxUsers).SingleOrDefaultAsync(cancellationToken);
        if (limit is null)
        {
            return;
        }

        await database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended('users of ' || {database.CurrentTenantId}::text, 0))", cancellationToken);
        if (await database.Users.CountAsync(user => user.State == UserState.Active, cancellationToken) >= limit)
        {
            throw new PlanLimitException(Plan.Users, limit.Value);
        }
    }
}
