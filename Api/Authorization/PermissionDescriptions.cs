using System.Collections.Frozen;

namespace ProductionReady.Api.Authorization;

/// <summary>What each of <see cref="Permissions.OfTenants"/> lets its holder do, for people who put roles together.</summary>
public static class PermissionDescriptions
{
    /// <summary>Permission to sentence.</summary>
    public static FrozenDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Permissions.ContactRead] = "Read and list contacts.",
        [Permissions.ContactCreate] = "Create contacts.",
        [Permissions.ContactUpdate] = "Change contacts.",
        [Permissions.ContactDelete] = "Delete contacts.",
        [Permissions.ContactImport] = "Import contacts from files.",
        [Permissions.ContactExport] = "Export contacts as files.",
        [Permissions.EventCreate] = "Send events.",
        [Permissions.EventRead] = "Read and list events.",
        [Permissions.EventUpdate] = "Change events.",
        [Permissions.EventDelete] = "Delete events.",
        [Permissions.ReceiverCreate] = "Create event receivers.",
        [Permissions.ReceiverRead] = "Read and list event receivers.",
        [Permissions.ReceiverUpdate] = "Change event receivers.",
        [Permissions.ReceiverDelete] = "Delete event receivers.",
        [Permissions.GroupCreate] = "Create groups of event receivers.",
        [Permissions.GroupRead] = "Read and list groups of event receivers.",
        [Permissions.GroupUpdate] = "Change groups of event receivers.",
        [Permissions.GroupDelete] = "Delete groups of event receivers.",
        [Permissions.UserManage] = "Invite users, change their roles, disable and delete them.",
        [Permissions.RoleManage] = "Make, change and delete the tenant's own roles.",
        [Permissions.TenantManage] = "Change the tenant's settings, export its data, close it.",
        [Permissions.ApiKeyManage] = "Make and revoke API keys.",
        [Permissions.AuditRead] = "Read, export and verify the audit trail.",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
