using System.Collections.Frozen;

namespace ProductionReady.Api.Authorization;

/// <summary>What each role may do. A role that is not listed here grants nothing.</summary>
public static class RolePermissions
{
    /// <summary>Everything in the own tenant.</summary>
    public const string Admin = "admin";

    /// <summary>Works with events, receivers, groups and contacts, but deletes none of the former.</summary>
    public const string EventManager = "event_manager";

    /// <summary>Reads.</summary>
    public const string EventViewer = "event_viewer";

    /// <summary>Reads events, and nothing else.</summary>
    public const string User = "user";

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByRole = new Dictionary<string, string[]>
    {
        [Admin] =
        [
            Permissions.ContactRead, Permissions.ContactCreate, Permissions.ContactUpdate, Permissions.ContactDelete,
            Permissions.ContactImport, Permissions.ContactExport,
            Permissions.EventCreate, Permissions.EventRead, Permissions.EventUpdate, Permissions.EventDelete,
            Permissions.ReceiverCreate, Permissions.ReceiverRead, Permissions.ReceiverUpdate, Permissions.ReceiverDelete,
            Permissions.GroupCreate, Permissions.GroupRead, Permissions.GroupUpdate, Permissions.GroupDelete,
            Permissions.TenantManage, Permissions.UserManage,
        ],
        [EventManager] =
        [
            Permissions.ContactRead, Permissions.ContactCreate, Permissions.ContactUpdate, Permissions.ContactDelete,
            Permissions.ContactImport, Permissions.ContactExport,
            Permissions.EventCreate, Permissions.EventRead, Permissions.EventUpdate,
            Permissions.ReceiverCreate, Permissions.ReceiverRead, Permissions.ReceiverUpdate,
            Permissions.GroupCreate, Permissions.GroupRead, Permissions.GroupUpdate,
        ],
        [EventViewer] = [Permissions.ContactRead, Permissions.EventRead, Permissions.ReceiverRead, Permissions.GroupRead],
        [User] = [Permissions.EventRead],
    }.ToFrozenDictionary(role => role.Key, role => role.Value.ToFrozenSet());

    /// <summary>All permissions of the roles together, sorted: the claim <c>scope</c>.</summary>
    public static IEnumerable<string> Of(IEnumerable<string> roles) =>
        roles.SelectMany(role => ByRole.GetValueOrDefault(role, [])).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Whether one of the roles grants the permission.</summary>
    public static bool Grant(IEnumerable<string> roles, string permission) =>
        roles.Any(role => ByRole.TryGetValue(role, out var granted) && granted.Contains(permission));
}
