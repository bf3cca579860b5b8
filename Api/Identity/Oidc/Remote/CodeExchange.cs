using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.Remote;

/// <summary>What a code was exchanged for.</summary>
/// <param name="IdToken">The ID token, not checked yet; null when the provider refused the code.</param>
/// <param name="AccessToken">The provider's access token, which is used for nothing but <c>at_hash</c>, and not kept.</param>
public sealed record ExchangedCode(string? IdToken, string? AccessToken)
{
    /// <summary>Says nothing of the tokens, for records print their members.</summary>
    public override string ToString() => nameof(ExchangedCode);
}

/// <summary>Exchanges an authorization code, once and without a repeat (RFC 6749, section 4.1.3, with PKCE, RFC 7636).</summary>
public sealed class CodeExchange(ProviderHttp http, OidcSecrets secrets)
{
    /// <summary>Errors that say that it is our credentials, and not the code, which is refused (RFC 6749, section 5.2).</summary>
    private static readonly string[] ClientErrors = ["invalid_client", "unauthorized_client", "unsupported_grant_type"];

    /// <summary>Exchanges.</summary>
    /// <exception cref="ProviderException">The provider fails, or refuses the client.</exception>
    public async Task<ExchangedCode> ExchangeAsync(
        OidcProvider provider, ProviderMetadata metadata, string code, string redirectUri, string codeVerifier, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = codeVerifier,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        if (provider.WrappedClientSecret is null)
        {
            form["client_id"] = provider.ClientId;
        }
        else if (metadata.TakesBasicAuthentication)
        {
            request.Headers.Authorization = Basic(provider.ClientId, ClientSecret(provider));
        }
        else
        {
            form["client_id"] = provider.ClientId;
            form["client_secret"] = ClientSecret(provider);
        }

        request.Content = new FormUrlEncodedContent(form);
        var answer = await http.SendAsync(request, cancellationToken);
        if (answer.Status == HttpStatusCode.OK)
        {
            return TokenJson.Text(answer.Json, "id_token") is { } idToken
                ? new ExchangedCode(idToken, TokenJson.Text(answer.Json, "access_token"))
                : throw ProviderException.Invalid("The token endpoint answered without an ID token.");
        }

        return ClientErrors.Contains(TokenJson.Text(answer.Json, "error"))
            ? throw ProviderException.Invalid("The token endpoint refuses the client id or the client secret.")
            : new ExchangedCode(null, null);
    }

    private string ClientSecret(OidcProvider provider)
    {
        try
        {
            return secrets.ClientSecret(provider);
        }
        catch (CryptographicException exception)
        {
            throw ProviderException.Invalid("The client secret cannot be decrypted with this key encryption key; an administrator must give it again.", exception);
        }
    }

    /// <summary>Both are form-encoded before they are joined (RFC 6749, section 2.3.1).</summary>
    private static AuthenticationHeaderValue Basic(string clientId, string clientSecret) => new(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(clientSecret)}")));
}
