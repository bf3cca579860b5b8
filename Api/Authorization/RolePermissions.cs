using System.Collections.Frozen;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Authorization;

/// <summary>What each built-in role may do. A tenant's own roles are rows; <see cref="RoleCatalog"/> knows both.</summary>
public static class RolePermissions
{
    /// <summary>Role to permissions.</summary>
    public static FrozenDictionary<string, FrozenSet<string>> BuiltIn { get; } = new Dictionary<string, IEnumerable<string>>
    {
        [BuiltInRoles.Admin] = Permissions.OfTenants,
        [BuiltInRoles.EventManager] =
        [
            Permissions.ContactRead, Permissions.ContactCreate, Permissions.ContactUpdate, Permissions.ContactDelete,
            Permissions.ContactImport, Permissions.ContactExport,
            Permissions.EventCreate, Permissions.EventRead, Permissions.EventUpdate,
            Permissions.ReceiverCreate, Permissions.ReceiverRead, Permissions.ReceiverUpdate,
            Permissions.GroupCreate, Permissions.GroupRead, Permissions.GroupUpdate,
        ],
        [BuiltInRoles.EventViewer] = [Permissions.ContactRead, Permissions.EventRead, Permissions.ReceiverRead, Permissions.GroupRead],
        [BuiltInRoles.User] = [Permissions.EventRead],
        [BuiltInRoles.PlatformAdmin] = [Permissions.PlatformManage],
    }.ToFrozenDictionary(role => role.Key, role => role.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
}
