using Microsoft.EntityFrameworkCore;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Authorization;

/// <summary>What the roles of the current tenant grant: the built-in ones and the tenant's own.</summary>
public sealed class RoleCatalog(AppDbContext database)
{
    /// <summary>All permissions of the roles together, sorted. A name that is no role grants nothing.</summary>
    public async ValueTask<IReadOnlyList<string>> PermissionsOfAsync(IReadOnlyCollection<string> roles, CancellationToken cancellationToken)
    {
        IEnumerable<string> granted = roles.SelectMany(role => RolePermissions.BuiltIn.TryGetValue(role, out var permissions) ? permissions : []);
        var own = roles.Where(role => !RolePermissions.BuiltIn.ContainsKey(role)).ToArray();
        if (own.Length > 0)
        {
            var lists = await database.Roles.AsNoTracking()
                .Where(role => own.Contains(role.Name)).Select(role => role.Permissions).ToListAsync(cancellationToken);
            granted = granted.Concat(lists.SelectMany(permissions => permissions));
        }

        return [.. granted.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Those of the names that are no role here. <see cref="BuiltInRoles.PlatformAdmin"/> is one in the platform's own tenant alone.
    /// </summary>
    public async ValueTask<IReadOnlyList<string>> UnknownAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var others = names.Where(name => !IsBuiltInHere(name)).ToArray();
        return others.Length == 0
            ? []
            : [.. others.Except(await database.Roles.Where(role => others.Contains(role.Name)).Select(role => role.Name).ToListAsync(cancellationToken))];
    }

    private bool IsBuiltInHere(string name) =>
        RolePermissions.BuiltIn.ContainsKey(name)
        && (name != BuiltInRoles.PlatformAdmin || database.CurrentTenantId == PlatformTenant.Id);
}
