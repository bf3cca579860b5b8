namespace ProductionReady.Data.Tenancy;

/// <summary>
/// The tenant of one scope (a request, or one tenant's turn of a job). It can be set once: a scope holds tracked
/// entities and perhaps an open transaction of its tenant, and neither may pass to another tenant.
/// </summary>
public sealed class TenantContext : ITenantContext
{
    /// <inheritdoc cref="ITenantContext.TenantId"/>
    /// <exception cref="InvalidOperationException">The scope already runs for another tenant.</exception>
    /// <exception cref="ArgumentException">The value is null or the empty id, which belong to nobody.</exception>
    public Guid? TenantId
    {
        get;
        set
        {
            if (value is null || value == Guid.Empty)
            {
                throw new ArgumentException("A tenant is set by its id and never unset: end the scope instead.", nameof(value));
            }

            if (field is not null && field != value)
            {
                throw new InvalidOperationException(
                    $"This scope runs for tenant {field} and cannot change to {value}: open a new scope for each tenant.");
            }

            field = value;
        }
    }
}
