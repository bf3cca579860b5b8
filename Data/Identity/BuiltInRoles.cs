namespace ProductionReady.Data.Identity;

/// <summary>Names of the roles that every tenant has and no tenant can change; a tenant's own roles are <see cref="Role"/> rows.</summary>
public static class BuiltInRoles
{
    /// <summary>Everything in the own tenant.</summary>
    public const string Admin = "admin";

    /// <summary>Works with events, receivers, groups and contacts, but deletes none of the former.</summary>
    public const string EventManager = "event_manager";

    /// <summary>Reads.</summary>
    public const string EventViewer = "event_viewer";

    /// <summary>Reads events, and nothing else.</summary>
    public const string User = "user";

    /// <summary>Administers the platform. The database lets users of the platform's own tenant alone have it.</summary>
    public const string PlatformAdmin = "platform_admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, EventManager, EventViewer, User, PlatformAdmin];
}
