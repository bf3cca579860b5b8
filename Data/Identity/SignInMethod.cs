namespace ProductionReady.Data.Identity;

/// <summary>How somebody signed in. Stored as <c>password</c>, <c>oidc</c>.</summary>
public enum SignInMethod
{
    /// <summary>With a password.</summary>
    Password,

    /// <summary>By an identity provider (OpenID Connect).</summary>
    Oidc,
}
