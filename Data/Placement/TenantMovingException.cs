namespace ProductionReady.Data.Placement;

/// <summary>The tenant is being moved to another database, and was for as long as a unit of work is held. Nothing has happened.</summary>
public sealed class TenantMovingException(Guid tenantId) : Exception($"Tenant {tenantId} is being moved to another database.")
{
    /// <summary>The tenant.</summary>
    public Guid TenantId { get; } = tenantId;
}
