using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>
/// What somebody who manages the tenant may let a provider give: nothing beyond what he has. A provider that links by e-mail can
/// sign anybody in as any user, so to make one takes all that a user can have.
/// </summary>
public sealed class OidcProviderGrants(RoleCatalog roles)
{
    /// <summary>403 when the provider could give more than the caller has; null when it could not.</summary>
    public async Task<ApiProblem?> CheckAsync(Principal caller, OidcProviderBody body, CancellationToken cancellationToken)
    {
        IEnumerable<string> given = await roles.PermissionsOfAsync(OidcProviderRules.RolesOf(body), cancellationToken);
        if (body.LinkByEmail)
        {
            given = given.Concat(Permissions.OfTenants);
            if (caller.TenantId == PlatformTenant.Id)
            {
                given = given.Append(Permissions.PlatformManage);
            }
        }

        return GrantPolicy.Check(caller, given.Distinct(StringComparer.Ordinal));
    }
}
