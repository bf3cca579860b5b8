using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Oidc.Remote;

namespace ProductionReady.Api.Identity.Oidc;

/// <summary>How signing in by an identity provider fails.</summary>
public static class OidcProblems
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>404: no provider of that name in a tenant of that slug that is in use.</summary>
    public static ApiProblem ProviderNotFound() =>
        Problems.NotFound("oidc_provider_not_found", "There is no such identity provider.");

    /// <summary>422: not where the browser may come back to.</summary>
    public static ApiProblem RedirectUriNotRegistered() =>
        Problems.Unprocessable("redirect_uri_not_registered", "redirectUri is none of those that are registered for this provider.");

    /// <summary>401: the token is not, or no longer, good for completing a sign-in.</summary>
    public static ApiProblem SignInInvalid() =>
        Problems.Unauthorized("oidc_sign_in_invalid", "The sign-in is unknown, was used before, or has expired. Start again.");

    /// <summary>401: the answer belongs to another request (RFC 6749, section 10.12).</summary>
    public static ApiProblem StateMismatch() =>
        Problems.Unauthorized("oidc_state_mismatch", "The state is not that of this sign-in. Start again.");

    /// <summary>401: the answer is another provider's (RFC 9207).</summary>
    public static ApiProblem IssuerMismatch() =>
        Problems.Unauthorized("oidc_issuer_mismatch", "The answer is not, or does not say that it is, of the provider that was asked. Start again.");

    /// <summary>401: the provider does not take the code.</summary>
    public static ApiProblem CodeRefused() =>
        Problems.Unauthorized("oidc_code_refused", "The identity provider refused the code. Start again.");

    /// <summary>401: the ID token is not good.</summary>
    public static ApiProblem IdTokenInvalid(string fault) =>
        Problems.Unauthorized("oidc_token_invalid", $"The identity provider's token was refused: {fault}.");

    /// <summary>401: the provider vouches for somebody who may not sign in here.</summary>
    public static ApiProblem AccountRefused(AccountRefusal refusal) => refusal switch
    {
        AccountRefusal.Disabled => Problems.Unauthorized("account_disabled", "The account is disabled."),
        AccountRefusal.EmailUnverified => Problems.Unauthorized(
            "oidc_email_unverified", "The identity provider does not say that it verified an e-mail address, and the account is not known by its subject."),
        AccountRefusal.NotLinked => Problems.Unauthorized(
            "oidc_account_not_linked", "There is an account with this e-mail address that this identity provider does not vouch for."),
        AccountRefusal.NoRole => Problems.Unauthorized(
            "oidc_no_role", "The identity provider names no group that has a role here."),
        _ => Problems.Unauthorized("oidc_account_unknown", "There is no account for this user, and none is made."),
    };

    /// <summary>503 or 502: the provider does not answer, or not as the protocol says.</summary>
    public static ApiProblem Of(ProviderException exception) => exception.Fault == ProviderFault.Unavailable
        ? Problems.Unavailable("provider_unavailable", RetryAfter, "The identity provider does not answer. Start again later.")
        : new ApiProblem(StatusCodes.Status502BadGateway, "provider_invalid", "The identity provider answers wrongly")
        {
            Detail = "An administrator finds out more by testing the provider.",
        };
}

/// <summary>Why somebody for whom a provider vouches may not sign in.</summary>
public enum AccountRefusal
{
    /// <summary>There is no such user, and none may be made.</summary>
    Unknown,

    /// <summary>The user is disabled.</summary>
    Disabled,

    /// <summary>Nobody is known by the subject, and there is no verified address to go by.</summary>
    EmailUnverified,

    /// <summary>A user has the address, but may not be linked by it, or is linked to another subject.</summary>
    NotLinked,

    /// <summary>Nothing gives a role.</summary>
    NoRole,
}
