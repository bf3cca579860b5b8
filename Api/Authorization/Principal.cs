using System.Collections.Frozen;
using System.Diagnostics;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// Who is asking: what a valid access token or API key says. Handlers take it as a parameter; it exists on every endpoint
/// that does not allow anonymous callers.
/// </summary>
/// <param name="Kind">A user or a service.</param>
/// <param name="SubjectId">The user (claim <c>sub</c>), or the API key.</param>
/// <param name="TenantId">Claim <c>tid</c>; the database's row-level security compares with it.</param>
/// <param name="CredentialId">What ends when it is revoked: the session (claim <c>sid</c>), or the API key.</param>
/// <param name="Roles">Claim <c>roles</c>; none for an API key.</param>
/// <param name="Permissions">Claim <c>scope</c>, or the API key's scopes.</param>
/// <param name="Version">Claim <c>ver</c>: the user's access version when the token was issued; 0 for an API key.</param>
public sealed record Principal(
    PrincipalKind Kind, Guid SubjectId, Guid TenantId, Guid CredentialId, FrozenSet<string> Roles, FrozenSet<string> Permissions, long Version)
{
    /// <summary>The user; for endpoints that <see cref="RequirePermissionExtensions.RequireUser"/>.</summary>
    /// <exception cref="UnreachableException">An API key is asking.</exception>
    public Guid UserId => Kind == PrincipalKind.User ? SubjectId : throw NotAUser();

    /// <summary>The sign-in, that is the refresh token family, behind the token.</summary>
    /// <exception cref="UnreachableException">An API key is asking.</exception>
    public Guid SessionId => Kind == PrincipalKind.User ? CredentialId : throw NotAUser();

    /// <summary>
    /// Whether this is a user who has yet to enrol the second factor that the tenant requires. Every user has a role, so a
    /// user's token without any is a restricted one.
    /// </summary>
    public bool IsRestricted => Kind == PrincipalKind.User && Roles.Count == 0;

    /// <summary>Whether the caller may do it, as in <c>contact:read</c>.</summary>
    public bool Has(string permission) => Permissions.Contains(permission);

    /// <summary>Binds handler parameters of this type.</summary>
    /// <exception cref="UnreachableException">The endpoint allows anonymous callers and asks for a principal all the same.</exception>
    public static ValueTask<Principal?> BindAsync(HttpContext context) => ValueTask.FromResult<Principal?>(
        context.Features.Get<Principal>()
        ?? throw new UnreachableException("An endpoint that takes a Principal must not allow anonymous callers."));

    private static UnreachableException NotAUser() => new("An endpoint that needs a user must say RequireUser.");
}

/// <summary>What kind of caller.</summary>
public enum PrincipalKind
{
    /// <summary>A person who signed in.</summary>
    User,

    /// <summary>A service with an API key.</summary>
    ApiKey,
}
