namespace ProductionReady.Api.Authorization;

/// <summary>
/// Every endpoint that answers callers who are not signed in, with the reason: method and route pattern as the key. The
/// Api does not start when this list and the routes differ, see <see cref="EndpointAccessCheck"/>.
/// </summary>
public static class AnonymousEndpoints
{
    public const string SignUp = "A new tenant has no account yet to sign in with.";
    public const string Login = "Signing in is what yields the first token.";
    public const string AcceptInvitation = "Whoever is invited has no account yet; the invitation's token is the credential.";
    public const string SecondFactor = "It finishes a sign-in: the challenge in the body and a code are the credentials.";
    public const string Refresh = "The refresh token in the body is the credential; the access token may have expired.";
    public const string RequestPasswordReset = "Whoever forgot the password cannot sign in; the answer tells nothing.";
    public const string CompletePasswordReset = "The token of the mail in the body is the credential.";
    public const string OidcProviders = "A sign-in page shows the ways to sign in before anybody has.";
    public const string OidcStart = "Signing in by an identity provider begins before anybody is signed in.";
    public const string OidcComplete = "The sign-in token, the state and the provider's code are the credentials.";
    public const string KeySet = "Public keys, for whoever verifies our tokens (RFC 7517).";
    public const string Description = "The description of the interface holds no tenant's data.";
    public const string Health = "Orchestrators and load balancers probe it and have no account.";

    /// <summary>Method and route pattern to reason.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["POST /api/v1/tenants"] = SignUp,
        ["POST /api/v1/auth/login"] = Login,
        ["POST /api/v1/auth/second-factor"] = SecondFactor,
        ["POST /api/v1/auth/refresh"] = Refresh,
        ["POST /api/v1/auth/password-resets"] = RequestPasswordReset,
        ["POST /api/v1/auth/password-resets/complete"] = CompletePasswordReset,
        ["POST /api/v1/invitations/accept"] = AcceptInvitation,
        ["GET /api/v1/auth/oidc/providers"] = OidcProviders,
        ["POST /api/v1/auth/oidc/start"] = OidcStart,
        ["POST /api/v1/auth/oidc/complete"] = OidcComplete,
        ["GET /.well-known/jwks.json"] = KeySet,
        ["GET /openapi/{documentName}.json"] = Description,
        ["GET /health"] = Health,
        ["GET /health/live"] = Health,
        ["GET /health/ready"] = Health,
    };
}
