using System.Text.RegularExpressions;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Roles;

/// <summary>A new role.</summary>
/// <param name="Name">2 to 63 lower-case letters, digits and underscores, the first a letter; not a built-in role's.</param>
/// <param name="Description">What it is for, up to 500 characters.</param>
/// <param name="Permissions">What it grants, as in <c>contact:read</c>; only what the caller may do.</param>
public sealed record NewRole(string Name, string Description, IReadOnlyList<string> Permissions);

/// <summary>What a role becomes; its name stays.</summary>
/// <param name="Description">What it is for, up to 500 characters.</param>
/// <param name="Permissions">What it grants, as in <c>contact:read</c>; only what the caller may do.</param>
public sealed record ChangedRole(string Description, IReadOnlyList<string> Permissions);

/// <summary>What is taken for a role.</summary>
public static partial class RoleRules
{
    /// <summary>Most roles of its own that a tenant can have.</summary>
    public const int MaxRoles = 100;

    /// <summary>What is wrong with a name.</summary>
    public static FieldErrors CheckName(this FieldErrors errors, string name) => errors
        .Require(Name().IsMatch(name), "name", $"Must have 2 to {Role.NameMaxLength} lower-case letters, digits and underscores, the first a letter.")
        .Require(!BuiltInRoles.All.Contains(name), "name", "Is the name of a built-in role.");

    /// <summary>What is wrong with the rest.</summary>
    public static FieldErrors Check(this FieldErrors errors, string description, IReadOnlyList<string> permissions)
    {
        errors.Require(
                description.Length <= Role.DescriptionMaxLength && !description.Any(char.IsControl),
                "description",
                $"Must have up to {Role.DescriptionMaxLength} printable characters.")
            .Require(permissions.Count <= Authorization.Permissions.OfTenants.Count, "permissions", "Has more entries than there are permissions.");
        for (var i = 0; i < permissions.Count && i < Authorization.Permissions.OfTenants.Count; i++)
        {
            errors.Require(
                    permissions[i] is not null && Authorization.Permissions.OfTenants.Contains(permissions[i]),
                    $"permissions[{i}]",
                    "Is no permission that a role can grant; see GET /api/v1/permissions.")
                .Require(!permissions.Take(i).Contains(permissions[i]), $"permissions[{i}]", "Is given twice.");
        }

        return errors;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]{1,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Name();
}
