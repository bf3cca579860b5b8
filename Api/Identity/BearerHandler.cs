using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using ProductionReady.Api.ApiKeys;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Sessions;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity;

/// <summary>
/// Authenticates <c>Authorization: Bearer …</c> (RFC 6750), an access token or an API key, and sets the request's <see cref="Principal"/> and tenant. Stands in
/// for Microsoft.AspNetCore.Authentication.JwtBearer, which a partial feed does not carry.
/// </summary>
public sealed class BearerHandler(
    AccessTokenValidator validator,
    AccessTokenCache cache,
    SessionCheck sessions,
    ApiKeyCheck apiKeys,
    TenantContext tenant,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    private const string Prefix = "Bearer ";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // An open endpoint, such as signing in, works whatever stale token a client goes on sending.
        var given = Request.Headers.Authorization;
        if (given.Count == 0 || Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return AuthenticateResult.NoResult();
        }

        if (given is [{ } one] && one.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && one.AsSpan(Prefix.Length).StartsWith(SecretToken.ApiKey, StringComparison.Ordinal))
        {
            return await AuthenticateKeyAsync(one[Prefix.Length..]);
        }

        if (given.Count != 1 || given[0] is not { } header || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || await FindAsync(header.AsMemory(Prefix.Length)) is not { } token)
        {
            return Refuse("token_invalid", "The access token is not valid, or no longer. Refresh it or sign in again.");
        }

        await tenant.EnterAsync(token.Principal.TenantId, Context.RequestAborted);
        switch (await sessions.CheckAsync(token, Context.RequestAborted))
        {
            case RevocationState.Good:
                Context.Features.Set(token.Principal);
                return AuthenticateResult.Success(new AuthenticationTicket(token.Claims, SchemeName));
            case RevocationState.Stale:
                return Refuse("token_stale", "What you may do has changed since the access token was issued. Refresh it.");
            default:
                return Refuse("token_revoked", "The session was ended. Sign in again.");
        }
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Request.Headers.Authorization.Count == 0
            ? "Bearer realm=\"productionready\""
            : "Bearer realm=\"productionready\", error=\"invalid_token\"";
        return Task.CompletedTask;
    }

    private async Task<AuthenticateResult> AuthenticateKeyAsync(string text)
    {
        if (!SecretToken.TryParse(SecretToken.ApiKey, text, out var token))
        {
            return RefuseKey();
        }

        await tenant.EnterAsync(token.TenantId, Context.RequestAborted);
        if (await apiKeys.FindAsync(token, Context.RequestAborted) is not { } key)
        {
            return RefuseKey();
        }

        Context.Features.Set(key.Principal);
        return AuthenticateResult.Success(new AuthenticationTicket(key.Claims, SchemeName));
    }

    private async ValueTask<AccessToken?> FindAsync(ReadOnlyMemory<char> text)
    {
        if (cache.Find(text.Span) is { } known)
        {
            return validator.IsStillGood(known) ? known : null;
        }

        var token = text.ToString();
        var found = await validator.ValidateAsync(token, Context.RequestAborted);
        if (found is not null)
        {
            cache.Add(token, found);
        }

        return found;
    }

    private AuthenticateResult RefuseKey() => Refuse("api_key_invalid", "The API key is not valid, or no longer.");

    private AuthenticateResult Refuse(string code, string detail)
    {
        StatusProblems.Note(Context, Problems.Unauthorized(code, detail));
        return AuthenticateResult.Fail(code);
    }
}
