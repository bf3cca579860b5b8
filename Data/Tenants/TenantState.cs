namespace ProductionReady.Data.Tenants;

/// <summary>
/// Whether a tenant may be used. Stored as <c>active</c>, <c>suspended</c>, <c>closing</c>. One that was erased has no row any more,
/// but a <see cref="Tombstone"/>.
/// </summary>
public enum TenantState
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Kept, but nobody of it may sign in: the operator's doing.</summary>
    Suspended,

    /// <summary>
    /// Given up: nobody may sign in, and it is erased after <see cref="Tenant.EraseAfter"/>. Until then it can be reopened, by the
    /// session that closed it or by the operator.
    /// </summary>
    Closing,
}
