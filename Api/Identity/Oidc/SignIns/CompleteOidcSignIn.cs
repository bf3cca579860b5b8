using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.IdTokens;
using ProductionReady.Api.Identity.Oidc.Remote;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>The end of a sign-in: what the browser came back with.</summary>
/// <param name="SignInToken">Of the start.</param>
/// <param name="State">Parameter <c>state</c>.</param>
/// <param name="Code">Parameter <c>code</c>, up to 4,096 characters.</param>
/// <param name="Iss">Parameter <c>iss</c>, if there was one (RFC 9207).</param>
public sealed record CompleteOidcRequest(string SignInToken, string State, string Code, string? Iss = null)
{
    /// <summary>Says nothing of the secrets, for records print their members.</summary>
    public override string ToString() => nameof(CompleteOidcRequest);
}

/// <summary>
/// Completes a sign-in by an identity provider. The first request with a sign-in's token uses it up, whatever comes of it; the
/// state binds the browser's answer to it, the issuer to the provider that was asked, the verifier the code, the nonce the token.
/// </summary>
public sealed partial class CompleteOidcSignIn(
    TenantContext tenant, OidcSignIns signIns, ProviderDocuments documents, CodeExchange exchange, IdTokenValidator tokens, OidcSessions sessions,
    OidcSignInAudit audit, ILogger<CompleteOidcSignIn> logger)
{
    private const int CodeMaxLength = 4_096;

    /// <summary>Handles <c>POST /api/v1/auth/oidc/complete</c>.</summary>
    public static Task<Results<Ok<TokenResponse>, ApiProblem>> HandleAsync(
        CompleteOidcRequest request, HttpContext http, CompleteOidcSignIn complete, CancellationToken cancellationToken) =>
        complete.CompleteAsync(request, http.Request, cancellationToken);

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> CompleteAsync(
        CompleteOidcRequest request, HttpRequest http, CancellationToken cancellationToken)
    {
        if (!SecretToken.TryParse(SecretToken.OidcSignIn, request.SignInToken, out var token))
        {
            return OidcProblems.SignInInvalid();
        }

        await tenant.EnterAsync(token.TenantId, cancellationToken);
        if (await signIns.TakeAsync(token, cancellationToken) is not { } signIn)
        {
            // Nothing is recorded: that of a tenant which anybody may name is nothing that its administrators could act upon.
            return OidcProblems.SignInInvalid();
        }

        try
        {
            return await CheckAsync(request, signIn, http, cancellationToken);
        }
        catch (ProviderException exception)
        {
            LogFailed(signIn.Provider.Name, token.TenantId, exception.Message);
            return await RefuseAsync(signIn, OidcProblems.Of(exception), null, cancellationToken);
        }
    }

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> CheckAsync(
        CompleteOidcRequest request, TakenSignIn signIn, HttpRequest http, CancellationToken cancellationToken)
    {
        var provider = signIn.Provider;
        if (!signIn.HasState(request.State))
        {
            return await RefuseAsync(signIn, OidcProblems.StateMismatch(), null, cancellationToken);
        }

        var metadata = await documents.MetadataAsync(provider.Issuer, cancellationToken);
        if (request.Iss is null ? metadata.SendsIssuer : request.Iss != provider.Issuer)
        {
            return await RefuseAsync(signIn, OidcProblems.IssuerMismatch(), null, cancellationToken);
        }

        var exchanged = request.Code.Length is > 0 and <= CodeMaxLength
            ? await exchange.ExchangeAsync(provider, metadata, request.Code, signIn.RedirectUri, signIn.CodeVerifier, cancellationToken)
            : new ExchangedCode(null, null);
        if (exchanged.IdToken is null)
        {
            return await RefuseAsync(signIn, OidcProblems.CodeRefused(), null, cancellationToken);
        }

        var expected = new ExpectedIdToken(provider.ClientId, signIn.Nonce, exchanged.AccessToken, signIn.StartedAt);
        var check = await tokens.CheckAsync(exchanged.IdToken, metadata, expected, cancellationToken);
        if (!check.IsGood)
        {
            LogRefused(provider.Name, provider.TenantId, check.Fault);
            return await RefuseAsync(signIn, OidcProblems.IdTokenInvalid(check.Fault), check.Fault, cancellationToken);
        }

        return await sessions.StartAsync(provider, check.Token, http, cancellationToken);
    }

    private async Task<ApiProblem> RefuseAsync(TakenSignIn signIn, ApiProblem problem, string? fault, CancellationToken cancellationToken)
    {
        await audit.RefusedAsync(signIn.Provider, problem.Code, fault, null, cancellationToken);
        return problem;
    }

    [LoggerMessage(LogLevel.Warning, "Identity provider {Provider} of tenant {TenantId} failed at the end of a sign-in: {Reason}")]
    private partial void LogFailed(string provider, Guid tenantId, string reason);

    [LoggerMessage(LogLevel.Warning, "An ID token of identity provider {Provider} of tenant {TenantId} was refused: {Fault}")]
    private partial void LogRefused(string provider, Guid tenantId, string fault);
}
