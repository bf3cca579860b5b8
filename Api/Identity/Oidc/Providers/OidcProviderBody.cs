namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>An identity provider as an administrator writes it.</summary>
/// <param name="Name">Unique in the tenant: 2 to 63 lower-case letters, digits and inner hyphens.</param>
/// <param name="DisplayName">Name for people, 1 to 100 characters.</param>
/// <param name="Issuer">The issuer, exactly as its discovery document spells it. It cannot be changed later.</param>
/// <param name="ClientId">What the provider knows this service as.</param>
/// <param name="RedirectUris">Where the browser may come back to, 1 to 20 addresses.</param>
/// <param name="ClientSecret">
/// Left out it stays as it is; empty there is none, for a public client. It is never shown.
/// </param>
/// <param name="Scopes">What is asked for, <c>openid</c> among them; left out: openid, email, profile.</param>
/// <param name="RoleClaim">Where the ID token names the user's groups, as in <c>groups</c> or <c>realm_access.roles</c>.</param>
/// <param name="RoleMap">Group to roles; when there are any, roles are set at each sign-in.</param>
/// <param name="DefaultRoles">Roles of those to whom the map gives none.</param>
/// <param name="Provisioning">Which unknown users are made: <c>none</c>, <c>invited</c> or <c>all</c>.</param>
/// <param name="LinkByEmail">Whether users are recognised by an address that the provider verified.</param>
/// <param name="Enabled">Whether it may be used to sign in.</param>
public sealed record OidcProviderBody(
    string Name,
    string DisplayName,
    string Issuer,
    string ClientId,
    string[] RedirectUris,
    string? ClientSecret = null,
    string[]? Scopes = null,
    string? RoleClaim = null,
    Dictionary<string, string[]>? RoleMap = null,
    string[]? DefaultRoles = null,
    string Provisioning = "none",
    bool LinkByEmail = false,
    bool Enabled = true)
{
    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => $"{Name}: {Issuer}";
}
