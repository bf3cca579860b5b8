using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>An identity provider on the wire.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Issuer">The issuer.</param>
/// <param name="ClientId">What the provider knows this service as.</param>
/// <param name="HasClientSecret">Whether there is a client secret.</param>
/// <param name="RedirectUris">Where the browser may come back to.</param>
/// <param name="Scopes">What is asked for.</param>
/// <param name="RoleClaim">Where the ID token names the user's groups.</param>
/// <param name="RoleMap">Group to roles.</param>
/// <param name="DefaultRoles">Roles of those to whom the map gives none.</param>
/// <param name="Provisioning">Which unknown users are made: <c>none</c>, <c>invited</c> or <c>all</c>.</param>
/// <param name="LinkByEmail">Whether users are recognised by an address that the provider verified.</param>
/// <param name="Enabled">Whether it may be used to sign in.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record OidcProviderView(
    Guid Id,
    string Name,
    string DisplayName,
    string Issuer,
    string ClientId,
    bool HasClientSecret,
    IReadOnlyList<string> RedirectUris,
    IReadOnlyList<string> Scopes,
    string? RoleClaim,
    IReadOnlyDictionary<string, string[]> RoleMap,
    IReadOnlyList<string> DefaultRoles,
    string Provisioning,
    bool LinkByEmail,
    bool Enabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The wire form.</summary>
    public static OidcProviderView Of(OidcProvider provider) => new(
        provider.Id, provider.Name, provider.DisplayName, provider.Issuer, provider.ClientId, provider.WrappedClientSecret is not null,
        provider.RedirectUris, provider.Scopes, provider.RoleClaim, provider.RoleMap, provider.DefaultRoles,
        StoredText.Of(provider.Provisioning), provider.LinkByEmail, provider.Enabled, provider.CreatedAt, provider.UpdatedAt);
}

/// <summary>All providers of the tenant; there are few.</summary>
/// <param name="Items">By name.</param>
public sealed record OidcProviderList(IReadOnlyList<OidcProviderView> Items);
