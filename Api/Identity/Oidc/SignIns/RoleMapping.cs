using ProductionReady.Api.Identity.Oidc.IdTokens;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>What a provider's groups mean here.</summary>
public static class RoleMapping
{
    /// <summary>Whether the provider says at each sign-in which roles a user has.</summary>
    public static bool IsMapped(OidcProvider provider) => provider.RoleClaim is not null && provider.RoleMap.Count > 0;

    /// <summary>
    /// Names of the roles that the token's groups map to, or the provider's defaults when they map to none; sorted, and possibly
    /// none. Administering the platform is nothing that a provider can give.
    /// </summary>
    public static string[] RolesOf(OidcProvider provider, IdToken token)
    {
        IEnumerable<string> mapped = IsMapped(provider)
            ? token.Texts(provider.RoleClaim!).SelectMany(group => provider.RoleMap.TryGetValue(group, out var roles) ? roles : [])
            : [];
        var given = Allowed(mapped);
        return given.Length > 0 ? given : Allowed(provider.DefaultRoles);
    }

    private static string[] Allowed(IEnumerable<string> roles) =>
        [.. roles.Where(role => role != BuiltInRoles.PlatformAdmin).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
