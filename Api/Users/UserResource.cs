using ProductionReady.Api.Versions;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Users;

/// <summary>A user as those see him who manage users.</summary>
/// <param name="Id">UUID.</param>
/// <param name="Email">E-mail address as it was given.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Roles">Names of built-in roles or of the tenant's own.</param>
/// <param name="State"><c>active</c> or <c>disabled</c>.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="UpdatedAt">UTC.</param>
/// <param name="LastSignedInAt">UTC; null before the first time.</param>
/// <param name="Version">The ETag without its quotes. Signing in changes it, too.</param>
public sealed record UserResource(
    Guid Id, string Email, string DisplayName, IReadOnlyList<string> Roles, string State, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? LastSignedInAt, string Version)
{
    /// <summary>The wire form.</summary>
    public static UserResource Of(User user) => new(
        user.Id, user.Email, user.DisplayName, user.Roles, StoredText.Of(user.State), user.CreatedAt, user.UpdatedAt, user.LastSignedInAt,
        EntityVersion.Text(user.Version));

    /// <summary>What the audit trail keeps of a user.</summary>
    public static object Audited(User user) => new { user.Email, user.DisplayName, user.Roles, State = StoredText.Of(user.State) };
}

/// <summary>A page of users.</summary>
/// <param name="Items">In the order in which they were created.</param>
/// <param name="NextCursor">Gives the next page; null on the last.</param>
public sealed record UserPage(IReadOnlyList<UserResource> Items, string? NextCursor);
