namespace ProductionReady.Api.Users;

/// <summary>Changes of a user, as a JSON Merge Patch (RFC 7396): what is not given stays.</summary>
public sealed record UserPatch
{
    /// <summary>Name for people, 1 to 100 characters.</summary>
    public string DisplayName { get; init; } = null!;

    /// <summary>Names of the roles, 1 to 20, all of them.</summary>
    public IReadOnlyList<string> Roles { get; init; } = null!;

    /// <summary><c>active</c>, or <c>disabled</c>: then all his sessions end at once.</summary>
    public string State { get; init; } = null!;
}

/// <summary>Changes of one's own account, as a JSON Merge Patch.</summary>
public sealed record OwnPatch
{
    /// <summary>Name for people, 1 to 100 characters.</summary>
    public string DisplayName { get; init; } = null!;
}
