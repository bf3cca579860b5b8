using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// What a caller may hand on or take from others: nothing beyond what the caller holds. Without it whoever may manage users, or
/// roles, could make an administrator of himself, or get rid of those above him.
/// </summary>
public sealed class GrantPolicy(RoleCatalog roles)
{
    /// <summary>403 when the roles grant more than the caller has; null when they do not.</summary>
    public async ValueTask<ApiProblem?> CheckRolesAsync(Principal caller, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        Check(caller, await roles.PermissionsOfAsync(names, cancellationToken));

    /// <summary>The same for permissions.</summary>
    public static ApiProblem? Check(Principal caller, IEnumerable<string> permissions)
    {
        var beyond = permissions.Where(permission => !caller.Has(permission)).Order(StringComparer.Ordinal).ToList();
        return beyond.Count == 0
            ? null
            : Problems.Forbidden("beyond_own_permissions", $"This is about permissions that you do not have: {string.Join(", ", beyond)}.");
    }
}
