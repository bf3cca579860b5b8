using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Identity.Lockout;

/// <summary>The answer while sign-ins are refused without a look at the password, whether the account exists or not.</summary>
public static class SignInBlocked
{
    /// <summary>429 with <c>Retry-After</c>.</summary>
    public static ApiProblem Problem(TimeSpan wait) => Problems.TooManyRequests(
        "sign_in_blocked", wait, "Too many sign-ins failed. Try again later, from where you signed in before, or reset the password.");
}
