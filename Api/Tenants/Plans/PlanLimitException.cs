namespace ProductionReady.Api.Tenants.Plans;

/// <summary>What was asked for is more than the tenant's plan allows; becomes 409 <c>plan_limit_reached</c>.</summary>
/// <param name="limit">The limit as <see cref="TenantLimits"/> names it on the wire, such as <c>maxContacts</c>.</param>
/// <param name="allowed">What it allows.</param>
public sealed class PlanLimitException(string limit, long allowed) : Exception($"{limit} of {allowed} is reached.")
{
    /// <summary>The limit's name on the wire.</summary>
    public string Limit { get; } = limit;

    /// <summary>What it allows.</summary>
    public long Allowed { get; } = allowed;
}
