using ProductionReady.Api.Authorization;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>The roles of the current tenant that an identity provider can give.</summary>
public sealed class ProviderRoles(RoleCatalog catalog)
{
    /// <summary>Those of the names that are such roles; administering the platform is none.</summary>
    public async Task<string[]> KnownAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var unknown = await catalog.UnknownAsync(names, cancellationToken);
        return [.. names.Where(name => name != BuiltInRoles.PlatformAdmin && !unknown.Contains(name))];
    }
}
