namespace ProductionReady.Api.Authorization;

/// <summary>Names of what a caller may do: <c>resource:action</c>.</summary>
public static class Permissions
{
    public const string ContactRead = "contact:read";
    public const string ContactCreate = "contact:create";
    public const string ContactUpdate = "contact:update";
    public const string ContactDelete = "contact:delete";
    public const string ContactImport = "contact:import";
    public const string ContactExport = "contact:export";

    public const string EventCreate = "event:create";
    public const string EventRead = "event:read";
    public const string EventUpdate = "event:update";
    public const string EventDelete = "event:delete";

    public const string ReceiverCreate = "receiver:create";
    public const string ReceiverRead = "receiver:read";
    public const string ReceiverUpdate = "receiver:update";
    public const string ReceiverDelete = "receiver:delete";

    public const string GroupCreate = "group:create";
    public const string GroupRead = "group:read";
    public const string GroupUpdate = "group:update";
    public const string GroupDelete = "group:delete";

    public const string UserManage = "user:manage";
    public const string RoleManage = "role:manage";

    /// <summary>The tenant itself: settings, export, closing.</summary>
    public const string TenantManage = "tenant:manage";
    public const string ApiKeyManage = "api_key:manage";
    public const string AuditRead = "audit:read";

    /// <summary>All tenants, by the operator.</summary>
    public const string PlatformManage = "platform:manage";

    /// <summary>All that a tenant can give to its users: everything but administering the platform.</summary>
    public static IReadOnlyList<string> OfTenants { get; } =
    [
        ContactRead, ContactCreate, ContactUpdate, ContactDelete, ContactImport, ContactExport,
        EventCreate, EventRead, EventUpdate, EventDelete,
        ReceiverCreate, ReceiverRead, ReceiverUpdate, ReceiverDelete,
        GroupCreate, GroupRead, GroupUpdate, GroupDelete,
        UserManage, RoleManage, TenantManage, ApiKeyManage, AuditRead,
    ];
}
