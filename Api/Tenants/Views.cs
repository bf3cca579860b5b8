using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>A tenant on the wire.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Slug">Short name, for signing in.</param>
/// <param name="Name">Name for people.</param>
/// <param name="State"><c>active</c> or <c>suspended</c>.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record TenantView(Guid Id, string Slug, string Name, string State, DateTimeOffset CreatedAt)
{
    /// <summary>The wire form.</summary>
    public static TenantView Of(Tenant tenant) => new(tenant.Id, tenant.Slug, tenant.Name, StoredText.Of(tenant.State), tenant.CreatedAt);
}

/// <summary>A user on the wire.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Email">E-mail address as it was given.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Roles">Names of built-in roles or of the tenant's own.</param>
/// <param name="State"><c>active</c> or <c>disabled</c>.</param>
/// <param name="CreatedAt">UTC.</param>
public sealed record UserView(Guid Id, string Email, string DisplayName, IReadOnlyList<string> Roles, string State, DateTimeOffset CreatedAt)
{
    /// <summary>The wire form.</summary>
    public static UserView Of(User user) => new(user.Id, user.Email, user.DisplayName, user.Roles, StoredText.Of(user.State), user.CreatedAt);
}
