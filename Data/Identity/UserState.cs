namespace ProductionReady.Data.Identity;

/// <summary>Whether a user may sign in. Stored as <c>active</c>, <c>disabled</c>.</summary>
public enum UserState
{
    /// <summary>May sign in.</summary>
    Active,

    /// <summary>Kept, but may not sign in.</summary>
    Disabled,
}
