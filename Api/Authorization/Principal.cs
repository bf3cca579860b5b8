using System.Collections.Frozen;
using System.Diagnostics;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// Who is asking: what a valid access token says. Handlers take it as a parameter; it exists on every endpoint that does
/// not allow anonymous callers.
/// </summary>
/// <param name="UserId">Claim <c>sub</c>.</param>
/// <param name="TenantId">Claim <c>tid</c>; the database's row-level security compares with it.</param>
/// <param name="SessionId">Claim <c>sid</c>: the sign-in, that is the refresh token family, behind the token.</param>
/// <param name="Roles">Claim <c>roles</c>.</param>
public sealed record Principal(Guid UserId, Guid TenantId, Guid SessionId, FrozenSet<string> Roles)
{
    /// <summary>Whether one of the roles grants the permission, as in <c>contact:read</c>.</summary>
    public bool Has(string permission) => RolePermissions.Grant(Roles, permission);

    /// <summary>Binds handler parameters of this type.</summary>
    /// <exception cref="UnreachableException">The endpoint allows anonymous callers and asks for a principal all the same.</exception>
    public static ValueTask<Principal?> BindAsync(HttpContext context) => ValueTask.FromResult<Principal?>(
        context.Features.Get<Principal>()
        ?? throw new UnreachableException("An endpoint that takes a Principal must not allow anonymous callers."));
}
