using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>The beginning of a sign-in.</summary>
/// <param name="Tenant">Slug of the tenant.</param>
/// <param name="Provider">Name of the provider.</param>
/// <param name="RedirectUri">Where the browser is to come back to; registered for the provider.</param>
public sealed record StartOidcRequest(string Tenant, string Provider, string RedirectUri);

/// <summary>Where to send the browser.</summary>
/// <param name="AuthorizationUrl">Of the provider, with all parameters.</param>
/// <param name="SignInToken">To complete the sign-in with; keep it where the browser's other pages do not see it.</param>
/// <param name="ExpiresIn">How long the browser may take, in seconds.</param>
public sealed record StartOidcResponse(string AuthorizationUrl, string SignInToken, long ExpiresIn)
{
    /// <summary>Says nothing of the secrets, for records print their members.</summary>
    public override string ToString() => nameof(StartOidcResponse);
}

/// <summary>Begins a sign-in by an identity provider: authorization code with PKCE, state and nonce, for every kind of client.</summary>
public sealed partial class StartOidcSignIn(
    AppDbContext database, TenantDirectory tenants, TenantContext tenant, OidcSignIns signIns, ProviderDocuments documents,
    ILogger<StartOidcSignIn> logger)
{
    /// <summary>Handles <c>POST /api/v1/auth/oidc/start</c>.</summary>
    public static Task<Results<Ok<StartOidcResponse>, ApiProblem>> HandleAsync(
        StartOidcRequest request, StartOidcSignIn start, CancellationToken cancellationToken) => start.StartAsync(request, cancellationToken);

    private async Task<Results<Ok<StartOidcResponse>, ApiProblem>> StartAsync(StartOidcRequest request, CancellationToken cancellationToken)
    {
        await tenant.EnterAsync(
            await tenants.FindBySlugAsync(request.Tenant.ToLowerInvariant(), cancellationToken) ?? Guid.CreateVersion7(), cancellationToken);
        var provider = await database.OidcProviders.AsNoTracking()
            .Where(provider => provider.Name == request.Provider && provider.Enabled
                && database.Tenants.Any(owner => owner.Id == provider.TenantId && owner.State == TenantState.Active))
            .SingleOrDefaultAsync(cancellationToken);
        if (provider is null)
        {
            return OidcProblems.ProviderNotFound();
        }

        if (!RedirectUris.Include(provider.RedirectUris, request.RedirectUri))
        {
            return OidcProblems.RedirectUriNotRegistered();
        }

        try
        {
            var metadata = await documents.MetadataAsync(provider.Issuer, cancellationToken);
            var begun = await signIns.BeginAsync(provider, request.RedirectUri, cancellationToken);
            return TypedResults.Ok(new StartOidcResponse(
                AuthorizationUrl(provider, metadata, request.RedirectUri, begun), begun.Token.Text, (long)OidcSignIns.Lifetime.TotalSeconds));
        }
        catch (ProviderException exception)
        {
            LogFailed(provider.Name, provider.TenantId, exception.Message);
            return OidcProblems.Of(exception);
        }
    }

    private static string AuthorizationUrl(OidcProvider provider, ProviderMetadata metadata, string redirectUri, BegunSignIn begun) =>
        QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint.AbsoluteUri, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = provider.ClientId,
            ["redirect_uri"] = redirectUri,
            ["scope"] = string.Join(' ', provider.Scopes),
            ["state"] = begun.State,
            ["nonce"] = begun.Nonce,
            ["code_challenge"] = begun.CodeChallenge,
            ["code_challenge_method"] = "S256",
        });

    [LoggerMessage(LogLevel.Warning, "Identity provider {Provider} of tenant {TenantId} failed at the start of a sign-in: {Reason}")]
    private partial void LogFailed(string provider, Guid tenantId, string reason);
}
