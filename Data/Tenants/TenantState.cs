namespace ProductionReady.Data.Tenants;

/// <summary>Whether a tenant may be used. Stored as <c>active</c>, <c>suspended</c>.</summary>
public enum TenantState
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Kept, but nobody of it may sign in.</summary>
    Suspended,
}
