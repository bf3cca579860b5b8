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

    public const string TenantManage = "tenant:manage";
    public const string UserManage = "user:manage";
}
