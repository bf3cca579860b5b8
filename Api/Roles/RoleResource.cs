using ProductionReady.Api.Authorization;
using ProductionReady.Api.Versions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Roles;

/// <summary>A role on the wire.</summary>
/// <param name="Name">Unique in the tenant.</param>
/// <param name="BuiltIn">Whether every tenant has it and nobody can change it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Permissions">What it grants, sorted.</param>
/// <param name="CreatedAt">UTC; null for a built-in one.</param>
/// <param name="UpdatedAt">UTC; null for a built-in one.</param>
/// <param name="Version">The ETag without its quotes; null for a built-in one.</param>
public sealed record RoleResource(
    string Name, bool BuiltIn, string Description, IReadOnlyList<string> Permissions, DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, string? Version)
{
    /// <summary>One of the tenant's own.</summary>
    public static RoleResource Of(Role role) => new(
        role.Name, false, role.Description, role.Permissions, role.CreatedAt, role.UpdatedAt, EntityVersion.Text(role.Version));

    /// <summary>A built-in one; null when there is none of that name.</summary>
    public static RoleResource? OfBuiltIn(string name) => RolePermissions.BuiltIn.TryGetValue(name, out var permissions)
        ? new(name, true, BuiltInDescription(name), [.. permissions.Order(StringComparer.Ordinal)], null, null, null)
        : null;

    /// <summary>What the audit trail keeps of a role.</summary>
    public static object Audited(Role role) => new { role.Description, role.Permissions };

    private static string BuiltInDescription(string name) => name switch
    {
        BuiltInRoles.Admin => "Everything in the own tenant.",
        BuiltInRoles.EventManager => "Works with events, receivers, groups and contacts; of these it deletes contacts alone.",
        BuiltInRoles.EventViewer => "Reads.",
        BuiltInRoles.User => "Reads events.",
        _ => "Administers the platform.",
    };
}

/// <summary>All roles of a tenant; there are so few that they come in one page.</summary>
/// <param name="Items">The built-in ones, then the tenant's own by name.</param>
public sealed record RoleList(IReadOnlyList<RoleResource> Items);

/// <summary>A permission.</summary>
/// <param name="Name">As in <c>contact:read</c>.</param>
/// <param name="Description">What it lets its holder do.</param>
public sealed record PermissionResource(string Name, string Description);

/// <summary>All permissions that a role can grant.</summary>
/// <param name="Items">In the order of what they are about.</param>
public sealed record PermissionList(IReadOnlyList<PermissionResource> Items);
