using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Users;

/// <summary>What is taken for a user's fields. A field that is null is not given.</summary>
public static class UserRules
{
    /// <summary>Most roles of one user.</summary>
    public const int MaxRoles = 20;

    /// <summary>What is wrong with a display name.</summary>
    public static FieldErrors CheckDisplayName(this FieldErrors errors, string? name) => errors.Require(
        name is null || (!string.IsNullOrWhiteSpace(name) && name.Length <= User.DisplayNameMaxLength && !name.Any(char.IsControl)),
        "displayName",
        $"Must have 1 to {User.DisplayNameMaxLength} printable characters.");

    /// <summary>What is wrong with a state.</summary>
    public static FieldErrors CheckState(this FieldErrors errors, string? state, out UserState? value)
    {
        value = StoredText.TryParse<UserState>(state, out var known) ? known : null;
        return errors.Require(state is null || value is not null, "state", $"Must be one of {string.Join(", ", StoredText.All<UserState>())}.");
    }

    /// <summary>What is wrong with the form of a list of roles, before it is known which roles there are.</summary>
    public static FieldErrors CheckRoles(this FieldErrors errors, IReadOnlyList<string>? roles) => errors
        .Require(roles is null or { Count: > 0 and <= MaxRoles }, "roles", $"Must name 1 to {MaxRoles} roles.")
        .Require(roles is null || roles.All(role => role is { Length: > 0 and <= Role.NameMaxLength }), "roles", "Must name roles.")
        .Require(roles is null || roles.Distinct(StringComparer.Ordinal).Count() == roles.Count, "roles", "Names a role twice.");

    /// <summary>What is wrong with a list of roles of that form.</summary>
    public static async Task CheckRolesExistAsync(
        this FieldErrors errors, IReadOnlyList<string> roles, RoleCatalog catalog, CancellationToken cancellationToken)
    {
        foreach (var unknown in await catalog.UnknownAsync(roles, cancellationToken))
        {
            errors.Add("roles", $"There is no role {unknown}.");
        }
    }
}
