namespace ProductionReady.Data.Tenancy;

/// <summary>Says for which tenant the current unit of work runs.</summary>
public interface ITenantContext
{
    /// <summary>The current tenant, or <see langword="null"/>: then no tenant-owned row is visible.</summary>
    Guid? TenantId { get; }
}
