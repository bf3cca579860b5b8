using System.Text.RegularExpressions;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Api.Identity.Oidc.SignIns;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Providers;

/// <summary>What an identity provider must look like.</summary>
public sealed partial class OidcProviderRules(AddressRules addresses, ProviderRoles roles)
{
    /// <summary>What is asked for unless the administrator says otherwise.</summary>
    public static readonly string[] UsualScopes = ["openid", "email", "profile"];

    private const int MostRedirectUris = 20;
    private const int MostScopes = 20;
    private const int MostGroups = 100;
    private const int MostRoles = 20;
    private const int GroupMaxLength = 200;
    private const int SecretMaxLength = 1_000;
    private const int ScopeMaxLength = 100;

    /// <summary>One message for each field that breaks a rule.</summary>
    public async Task<FieldErrors> CheckAsync(OidcProviderBody body, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors()
            .Require(
                body.Name.Length <= OidcProvider.NameMaxLength && Slug().IsMatch(body.Name),
                "name",
                $"Must have 2 to {OidcProvider.NameMaxLength} lower-case letters, digits and inner hyphens.")
            .Require(IsName(body.DisplayName, OidcProvider.DisplayNameMaxLength), "displayName", $"Must have 1 to {OidcProvider.DisplayNameMaxLength} printable characters.")
            .Require(
                IsIssuer(body.Issuer),
                "issuer",
                $"Must be an https address of up to {OidcProvider.UriMaxLength} characters without query and fragment, of a host that is not internal.")
            .Require(IsVisible(body.ClientId, OidcProvider.ClientIdMaxLength), "clientId", $"Must have 1 to {OidcProvider.ClientIdMaxLength} visible ASCII characters.")
            .Require(
                body.ClientSecret is null or "" || IsVisible(body.ClientSecret, SecretMaxLength),
                "clientSecret",
                $"Must have up to {SecretMaxLength} visible ASCII characters.")
            .Require(
                body.RedirectUris.Length is > 0 and <= MostRedirectUris && body.RedirectUris.All(uri => uri is not null && RedirectUris.IsAcceptable(uri)),
                "redirectUris",
                $"Must be 1 to {MostRedirectUris} addresses: https, http on the user's own machine, or of an app's own scheme.")
            .Require(
                body.Scopes is null || (body.Scopes.Length <= MostScopes && body.Scopes.Contains("openid")
                    && body.Scopes.All(scope => scope is { Length: > 0 and <= ScopeMaxLength } && scope.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\')))),
                "scopes",
                $"Must be up to {MostScopes} words, openid among them.")
            .Require(
                body.RoleClaim is null || IsName(body.RoleClaim, OidcProvider.RoleClaimMaxLength),
                "roleClaim",
                $"Must have 1 to {OidcProvider.RoleClaimMaxLength} printable characters.")
            .Require(body.RoleMap is not { Count: > 0 } || body.RoleClaim is not null, "roleClaim", "Is required with roleMap.")
            .Require(StoredText.TryParse<OidcProvisioning>(body.Provisioning, out var provisioning), "provisioning", "Must be none, invited or all.")
            .Require(
                provisioning != OidcProvisioning.All || body.RoleMap is { Count: > 0 } || body.DefaultRoles is { Length: > 0 },
                "provisioning",
                "Users who are made need a role: give roleMap or defaultRoles.");
        await CheckRolesAsync(body, errors, cancellationToken);
        return errors;
    }

    /// <summary>All roles that the provider can give.</summary>
    public static string[] RolesOf(OidcProviderBody body) =>
        [.. (body.RoleMap?.Values ?? Enumerable.Empty<string[]>()).SelectMany(given => given).Concat(body.DefaultRoles ?? []).Distinct(StringComparer.Ordinal)];

    private async Task CheckRolesAsync(OidcProviderBody body, FieldErrors errors, CancellationToken cancellationToken)
    {
        var groups = body.RoleMap ?? [];
        string[] defaults = body.DefaultRoles ?? [];
        if (groups.Count > MostGroups || groups.Keys.Any(group => group.Length is 0 or > GroupMaxLength)
            || groups.Values.Any(given => given is not { Length: > 0 and <= MostRoles } || given.Any(role => role is null)))
        {
            errors.Add("roleMap", $"Must map up to {MostGroups} groups of 1 to {GroupMaxLength} characters to 1 to {MostRoles} roles each.");
            return;
        }

        if (defaults.Length > MostRoles || defaults.Any(role => role is null))
        {
            errors.Add("defaultRoles", $"Must be up to {MostRoles} roles.");
            return;
        }

        var named = RolesOf(body);
        var unknown = named.Except(await roles.KnownAsync(named, cancellationToken)).ToList();
        foreach (var role in unknown.Intersect(defaults))
        {
            errors.Add("defaultRoles", $"{role} is no role that a provider can give.");
        }

        foreach (var role in unknown.Except(defaults))
        {
            errors.Add("roleMap", $"{role} is no role that a provider can give.");
        }
    }

    private bool IsIssuer(string text) =>
        IsVisible(text, OidcProvider.UriMaxLength) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && addresses.Permit(uri)
        && !text.Contains('?', StringComparison.Ordinal) && !text.Contains('#', StringComparison.Ordinal);

    private static bool IsVisible(string text, int maxLength) => text.Length > 0 && text.Length <= maxLength && text.All(c => c is > ' ' and < '\x7f');

    private static bool IsName(string text, int maxLength) => !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && !text.Any(char.IsControl);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]*[a-z0-9]\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Slug();
}
