namespace ProductionReady.Data.Tenancy;

/// <summary>A change was about to be saved for a tenant that is not the current one. Nothing was sent to the database.</summary>
public sealed class TenantMismatchException(string entity, Guid owner, Guid? current)
    : InvalidOperationException(current is null
        ? $"{entity} belongs to a tenant ({owner}), but no tenant is set: enter one by TenantContext before saving."
        : $"{entity} belongs to tenant {owner}, but the current tenant is {current}.")
{
    /// <summary>Name of the refused entity's type.</summary>
    public string Entity { get; } = entity;

    /// <summary>The tenant that the entity names.</summary>
    public Guid Owner { get; } = owner;

    /// <summary>The tenant of the scope, if any.</summary>
    public Guid? Current { get; } = current;
}
