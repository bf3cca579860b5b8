namespace ProductionReady.Data.Identity;

/// <summary>What a user may do in the tenant. Stored as <c>admin</c>, <c>event_manager</c>, <c>event_viewer</c>, <c>user</c>.</summary>
public enum UserRole
{
    /// <summary>Everything in the tenant.</summary>
    Admin,

    /// <summary>Manages events.</summary>
    EventManager,

    /// <summary>Reads events.</summary>
    EventViewer,

    /// <summary>An ordinary user.</summary>
    User,
}
