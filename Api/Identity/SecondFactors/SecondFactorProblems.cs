using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Tokens;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>How second factors fail.</summary>
public static class SecondFactorProblems
{
    /// <summary>401: the first factor was good; send the challenge with a code.</summary>
    public static ApiProblem Required(SecretToken challenge) =>
        new(StatusCodes.Status401Unauthorized, "second_factor_required", "Authentication is required")
        {
            Detail = "Send the challenge with a code of the authenticator app, or a recovery code, to /api/v1/auth/second-factor.",
            SignInChallenge = challenge.Text,
        };

    /// <summary>401: unknown, used, expired, or out of tries.</summary>
    public static ApiProblem ChallengeInvalid() =>
        Problems.Unauthorized("challenge_invalid", "The challenge was answered, has expired or has had its tries. Sign in again.");

    /// <summary>401: a wrong code while signing in.</summary>
    public static ApiProblem SignInCodeInvalid() => Problems.Unauthorized("second_factor_code_invalid", WrongCode);

    /// <summary>422: a wrong code of somebody who is signed in.</summary>
    public static ApiProblem CodeInvalid() => Problems.Unprocessable("second_factor_code_invalid", WrongCode);

    /// <summary>429: too many wrong codes.</summary>
    public static ApiProblem TooManyCodes(TimeSpan wait) => Problems.TooManyRequests(wait, "Too many codes were wrong.");

    /// <summary>409: there is one that works.</summary>
    public static ApiProblem Exists() =>
        Problems.Conflict("second_factor_exists", "You have a second factor. Remove it before you enrol another one.");

    /// <summary>404: there is none.</summary>
    public static ApiProblem NotFound() => Problems.NotFound("second_factor_not_found", "There is no second factor.");

    private const string WrongCode = "The code is wrong, was used before, or is too old.";
}
