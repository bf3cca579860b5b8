using System.Collections.Frozen;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.ApiKeys;

/// <summary>
/// What an API key can be made to permit: everything of a tenant but administering its users, roles, keys and settings. A key
/// that could make users or further keys would outlive its own revocation in them.
/// </summary>
public static class ApiKeyScopes
{
    private static readonly FrozenSet<string> Kept =
        new[] { Permissions.UserManage, Permissions.RoleManage, Permissions.TenantManage, Permissions.ApiKeyManage }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The permissions that a key can have.</summary>
    public static IReadOnlyList<string> Grantable { get; } = [.. Permissions.OfTenants.Where(permission => !Kept.Contains(permission))];

    /// <summary>Adds what is wrong with the scopes that somebody wants to give to a key: nobody gives what he has not.</summary>
    public static void Check(FieldErrors errors, IReadOnlyList<string> scopes, Principal creator)
    {
        errors.Require(scopes.Count > 0 && scopes.Count <= Grantable.Count, "scopes", $"Must be 1 to {Grantable.Count}.");
        for (var i = 0; i < Math.Min(scopes.Count, Grantable.Count); i++)
        {
            if (!Grantable.Contains(scopes[i], StringComparer.Ordinal))
            {
                errors.Add($"scopes[{i}]", "Must be a permission that an API key can have.");
            }
            else if (!creator.Has(scopes[i]))
            {
                errors.Add($"scopes[{i}]", "You do not have this permission yourself.");
            }
        }
    }
}
