using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>The second half of a sign-in.</summary>
/// <param name="Challenge">As the first half gave it in its problem <c>second_factor_required</c>.</param>
/// <param name="Code">Six digits of the authenticator app, or a recovery code.</param>
public sealed record SecondFactorRequest(string Challenge, string Code)
{
    /// <summary>Says nothing of the secrets, for records print their members.</summary>
    public override string ToString() => nameof(SecondFactorRequest);
}

/// <summary>
/// Exchanges a challenge and a code for tokens. Code, challenge and session are one transaction: whoever comes second with the
/// same code, or the same challenge, gets nothing.
/// </summary>
public sealed class CompleteSignIn(
    AppDbContext database, TenantContext tenant, SignInChallenges challenges, SecondFactorAttempts attempts, SecondFactorCheck check,
    SessionTokens tokens, AuditTrail audit)
{
    /// <summary>Handles <c>POST /api/v1/auth/second-factor</c>.</summary>
    public static async Task<Results<Ok<TokenResponse>, ApiProblem>> HandleAsync(
        SecondFactorRequest request, HttpContext http, CompleteSignIn complete, CancellationToken cancellationToken) =>
        SecretToken.TryParse(SecretToken.Challenge, request.Challenge, out var token)
            ? await complete.AnswerAsync(token, request.Code, http.Request, cancellationToken)
            : SecondFactorProblems.ChallengeInvalid();

    private async Task<Results<Ok<TokenResponse>, ApiProblem>> AnswerAsync(
        SecretToken token, string code, HttpRequest http, CancellationToken cancellationToken)
    {
        await tenant.EnterAsync(token.TenantId, cancellationToken);
        if (await challenges.TakeTryAsync(token, cancellationToken) is not { } challenge)
        {
            return SecondFactorProblems.ChallengeInvalid();
        }

        if (await attempts.TakeAsync(challenge.UserId, cancellationToken) is { } wait)
        {
            return SecondFactorProblems.TooManyCodes(wait);
        }

        return await SignInAsync(challenge, code, http, cancellationToken) is { } response
            ? TypedResults.Ok(response)
            : await RefuseAsync(challenge, cancellationToken);
    }

    private async Task<TokenResponse?> SignInAsync(OpenChallenge challenge, string code, HttpRequest http, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await check.UseAsync(challenge.UserId, code, cancellationToken) || !await challenges.CloseAsync(challenge.Id, cancellationToken))
        {
            return null;
        }

        await attempts.ForgiveAsync(challenge.UserId, cancellationToken);
        var response = await tokens.StartAsync(new SignIn(challenge.UserId, challenge.Method, SecondFactor: true), http, cancellationToken);
        if (response is not null)
        {
            await transaction.CommitAsync(cancellationToken);
        }

        return response;
    }

    private async Task<ApiProblem> RefuseAsync(OpenChallenge challenge, CancellationToken cancellationToken)
    {
        await audit.RecordAsync(
            new AuditEvent(AuditActions.SessionRefused, AuditOutcome.Refused, "user", challenge.UserId.ToString())
            {
                After = new { method = StoredText.Of(challenge.Method), reason = "second_factor_code_invalid" },
            },
            cancellationToken);
        return SecondFactorProblems.SignInCodeInvalid();
    }
}
