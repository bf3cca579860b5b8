namespace ProductionReady.Data.Audit;

/// <summary>What kind of caller did it. Stored as <c>user</c>, <c>api_key</c>, <c>anonymous</c>, <c>system</c>.</summary>
public enum ActorKind
{
    /// <summary>A signed-in user.</summary>
    User,

    /// <summary>A service with an API key.</summary>
    ApiKey,

    /// <summary>Nobody that was known yet, as in a sign-in that was refused.</summary>
    Anonymous,

    /// <summary>The platform itself: a scheduled job or a command.</summary>
    System,
}
