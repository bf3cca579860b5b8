using System.Text.Json;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>What a provider says about itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.</summary>
/// <param name="Issuer">The issuer, exactly as configured.</param>
/// <param name="AuthorizationEndpoint">Where the browser is sent.</param>
/// <param name="TokenEndpoint">Where the code is exchanged.</param>
/// <param name="KeySetAddress"><c>jwks_uri</c>.</param>
/// <param name="TakesBasicAuthentication">Whether the client secret goes into the header rather than into the body.</param>
/// <param name="SendsIssuer">Whether each answer to the browser names the issuer (RFC 9207, section 3).</param>
/// <param name="Json">All of it.</param>
public sealed record ProviderMetadata(
    string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri KeySetAddress, bool TakesBasicAuthentication, bool SendsIssuer, JsonElement Json)
{
    /// <summary>Where an issuer's metadata stands (section 4).</summary>
    public static Uri AddressOf(string issuer) => new(issuer.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>Reads it.</summary>
    /// <exception cref="ProviderException">It is another issuer's, or says what cannot be used.</exception>
    public static ProviderMetadata Read(JsonElement json, string issuer, AddressRules rules)
    {
        // Compared as it stands (section 4.3): else one issuer could pass for another.
        if (TokenJson.Text(json, "issuer") != issuer)
        {
            throw ProviderException.Invalid("The discovery document names another issuer than the one that is configured.");
        }

        var methods = Texts(json, "token_endpoint_auth_methods_supported");
        return new ProviderMetadata(
            issuer,
            Address(json, "authorization_endpoint", rules),
            Address(json, "token_endpoint", rules),
            Address(json, "jwks_uri", rules),
            methods is null || methods.Contains("client_secret_basic"),
            json.TryGetProperty("authorization_response_iss_parameter_supported", out var sends) && sends.ValueKind == JsonValueKind.True,
            json);
    }

    /// <summary>The texts of an array; null when there is no such array.</summary>
    public static IReadOnlyList<string>? Texts(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array
            ? [.. member.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!)]
            : null;

    private static Uri Address(JsonElement json, string name, AddressRules rules) =>
        Uri.TryCreate(TokenJson.Text(json, name), UriKind.Absolute, out var address) && rules.Permit(address)
            ? address
            : throw ProviderException.Invalid($"The discovery document's {name} is missing or is not an https address that this service connects to.");
}
