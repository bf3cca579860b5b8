namespace ProductionReady.Api.RateLimits;

/// <summary>What is counted, and for whom.</summary>
public enum RateLimitPolicy
{
    /// <summary>Every request of one network address (an IPv6 /64), before anything is known about the caller.</summary>
    Address,

    /// <summary>Every request of one user.</summary>
    Principal,

    /// <summary>Every request of all users of one tenant.</summary>
    Tenant,

    /// <summary>Sign-ins from one address.</summary>
    Login,

    /// <summary>
    /// Sign-ins to one account from one address: how fast it may guess before its failures are known. What guesses cost over time
    /// is <see cref="Identity.Lockout.SignInThrottles"/>'s.
    /// </summary>
    LoginAccount,

    /// <summary>New tenants from one address.</summary>
    SignUp,

    /// <summary>Codes of second factors from one address.</summary>
    SecondFactor,

    /// <summary>Refreshes from one address.</summary>
    Refresh,

    /// <summary>Password resets, asked for and completed, from one address.</summary>
    PasswordReset,

    /// <summary>Requests about signing in by an identity provider from one address.</summary>
    Oidc,
}
