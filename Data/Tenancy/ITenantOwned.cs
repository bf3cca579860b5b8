namespace ProductionReady.Data.Tenancy;

/// <summary>
/// A row that belongs to one tenant. Its table has <c>tenant_id</c> and forced row-level security with one policy, so
/// PostgreSQL itself keeps tenants apart; what EF Core adds above that is convenience.
/// </summary>
public interface ITenantOwned
{
    /// <summary>The owning tenant; filled with the current tenant when left empty, refused when it is another's.</summary>
    Guid TenantId { get; set; }
}
