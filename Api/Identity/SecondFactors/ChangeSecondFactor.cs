using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>
/// What a user may do to a second factor that counts. Each takes a code, so that a stolen access token is not enough.
/// </summary>
public sealed class ChangeSecondFactor(
    AppDbContext database, SecondFactorStore store, SecondFactorCheck check, SecondFactorAttempts attempts, SecondFactorPolicies policies, AuditTrail audit)
{
    /// <summary>The header with the code, where a body has no place.</summary>
    public const string CodeHeader = "Second-Factor-Code";

    /// <summary>Handles <c>POST /api/v1/auth/me/second-factor/recovery-codes</c>: a new set in place of the old one.</summary>
    public static Task<Results<Ok<RecoveryCodesView>, ApiProblem>> RenewRecoveryCodesAsync(
        CodeRequest request, Principal principal, ChangeSecondFactor change, CancellationToken cancellationToken) =>
        change.RenewAsync(principal.UserId, request.Code, cancellationToken);

    /// <summary>
    /// Handles <c>DELETE /api/v1/auth/me/second-factor</c>. The code comes in a header: a body of DELETE means nothing to HTTP, and
    /// some proxies drop it (RFC 9110, section 9.3.5).
    /// </summary>
    public static Task<Results<NoContent, ApiProblem>> RemoveAsync(
        [FromHeader(Name = CodeHeader)] string? code, Principal principal, ChangeSecondFactor change, CancellationToken cancellationToken) =>
        change.RemoveFactorAsync(principal.UserId, code ?? "", cancellationToken);

    private Task<Results<Ok<RecoveryCodesView>, ApiProblem>> RenewAsync(Guid userId, string code, CancellationToken cancellationToken) =>
        WithCodeAsync(
            userId,
            code,
            AuditActions.SecondFactorRecoveryCodesMade,
            async () => TypedResults.Ok(RecoveryCodesView.Of(await store.RenewRecoveryCodesAsync(userId, cancellationToken))),
            cancellationToken);

    private async Task<Results<NoContent, ApiProblem>> RemoveFactorAsync(Guid userId, string code, CancellationToken cancellationToken) =>
        await policies.CoversAsync(userId, cancellationToken)
            ? Problems.Conflict("second_factor_required_by_policy", "Your tenant requires a second factor of you.")
            : await WithCodeAsync(
                userId,
                code,
                AuditActions.SecondFactorRemoved,
                async () =>
                {
                    await store.RemoveAsync(userId, cancellationToken);
                    return TypedResults.NoContent();
                },
                cancellationToken);

    private async Task<Results<TResult, ApiProblem>> WithCodeAsync<TResult>(
        Guid userId, string code, string action, Func<Task<TResult>> work, CancellationToken cancellationToken)
        where TResult : IResult
    {
        if (await store.FindAsync(userId, cancellationToken) is not { ConfirmedAt: not null })
        {
            return SecondFactorProblems.NotFound();
        }

        if (await attempts.TakeAsync(userId, cancellationToken) is { } wait)
        {
            return SecondFactorProblems.TooManyCodes(wait);
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await check.UseAsync(userId, code, cancellationToken))
        {
            return SecondFactorProblems.CodeInvalid();
        }

        await attempts.ForgiveAsync(userId, cancellationToken);
        var result = await work();
        await audit.RecordAsync(new AuditEvent(action, AuditOutcome.Succeeded, "user", userId.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
