using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>A code.</summary>
/// <param name="Code">Six digits of the authenticator app; where it says so, a recovery code too.</param>
public sealed record CodeRequest(string Code)
{
    /// <summary>Says nothing of the code, for records print their members.</summary>
    public override string ToString() => nameof(CodeRequest);
}

/// <summary>Codes to be kept on paper; shown once, and each good once.</summary>
/// <param name="RecoveryCodes">Ten, in groups of four characters.</param>
public sealed record RecoveryCodesView(IReadOnlyList<string> RecoveryCodes)
{
    /// <summary>The wire form.</summary>
    public static RecoveryCodesView Of(IEnumerable<RecoveryCodeText> codes) => new([.. codes.Select(code => code.Text)]);

    /// <summary>Says nothing of the codes, for records print their members.</summary>
    public override string ToString() => nameof(RecoveryCodesView);
}

/// <summary>
/// Makes the app that was enrolled count, once a code shows that it works. The session that asks has given its second factor by
/// that, so it is restricted no longer: its next refresh gives all that the user may do.
/// </summary>
public sealed class ConfirmSecondFactor(
    AppDbContext database, SecondFactorStore store, SecondFactorCheck check, SecondFactorAttempts attempts, AuditTrail audit)
{
    /// <summary>Handles <c>POST /api/v1/auth/me/second-factor/confirm</c>.</summary>
    public static Task<Results<Ok<RecoveryCodesView>, ApiProblem>> HandleAsync(
        CodeRequest request, Principal principal, ConfirmSecondFactor confirm, CancellationToken cancellationToken) =>
        confirm.AnswerAsync(request.Code, principal, cancellationToken);

    private async Task<Results<Ok<RecoveryCodesView>, ApiProblem>> AnswerAsync(string code, Principal principal, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(principal.UserId, cancellationToken) is not { } pending)
        {
            return SecondFactorProblems.NotFound();
        }

        if (pending.ConfirmedAt is not null)
        {
            return SecondFactorProblems.Exists();
        }

        if (await attempts.TakeAsync(principal.UserId, cancellationToken) is { } wait)
        {
            return SecondFactorProblems.TooManyCodes(wait);
        }

        if (check.FindStep(principal.UserId, pending, code) is not { } found)
        {
            return SecondFactorProblems.CodeInvalid();
        }

        return await ConfirmAsync(principal, pending, found, cancellationToken) is { } codes
            ? TypedResults.Ok(RecoveryCodesView.Of(codes))
            : SecondFactorProblems.Exists();
    }

    private async Task<IReadOnlyList<RecoveryCodeText>?> ConfirmAsync(
        Principal principal, StoredFactor pending, FoundStep found, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await store.ConfirmAsync(principal.UserId, pending, found, cancellationToken))
        {
            return null;
        }

        await attempts.ForgiveAsync(principal.UserId, cancellationToken);
        var codes = await store.RenewRecoveryCodesAsync(principal.UserId, cancellationToken);
        await database.Sessions.Where(session => session.Id == principal.SessionId).ExecuteUpdateAsync(
            session => session.SetProperty(row => row.SecondFactorAt, DateTimeOffset.UtcNow).SetProperty(row => row.Restricted, false),
            cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.SecondFactorConfirmed, AuditOutcome.Succeeded, "user", principal.UserId.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return codes;
    }
}
