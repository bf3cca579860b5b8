using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Lockout;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Choosing a new password.</summary>
/// <param name="Token">From the mail.</param>
/// <param name="NewPassword">12 to 128 characters, none of the common ones.</param>
public sealed record CompletePasswordResetRequest(string Token, string NewPassword)
{
    /// <summary>Says nothing of token and password, for records print their members.</summary>
    public override string ToString() => nameof(CompletePasswordResetRequest);
}

/// <summary>
/// Sets a password by a token from a mail, once. It ends all sessions, and works whatever sign-ins failed before: failures are
/// forgotten, and the address that the reset came from is known from then on. It signs nobody in, so a second factor stays
/// required.
/// </summary>
public sealed class CompletePasswordReset(
    AppDbContext database, TenantContext tenant, SignInThrottles throttles, PasswordHashing passwords, PasswordChange change,
    PasswordMails mails, AuditTrail audit, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/auth/password-resets/complete</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        CompletePasswordResetRequest request, HttpContext http, CompletePasswordReset endpoint, CancellationToken cancellationToken) =>
        await endpoint.CompleteAsync(request, http, cancellationToken) is { } problem ? problem : TypedResults.NoContent();

    private async Task<ApiProblem?> CompleteAsync(CompletePasswordResetRequest request, HttpContext http, CancellationToken cancellationToken)
    {
        if (!SecretToken.TryParse(SecretToken.PasswordReset, request.Token, out var token))
        {
            return Invalid();
        }

        await tenant.EnterAsync(token.TenantId, cancellationToken);
        var hash = token.Hash();
        if (await FindAsync(hash, cancellationToken) is not { } found)
        {
            return Invalid();
        }

        // A password that does not do leaves the token as it is.
        var errors = new FieldErrors();
        PasswordPolicy.Check(errors, "newPassword", request.NewPassword, found.Email, found.DisplayName, found.Slug, found.TenantName);
        if (!errors.Any && found.PasswordHash is not null
            && await passwords.CheckAsync(found.PasswordHash, request.NewPassword, cancellationToken) != PasswordVerificationResult.Failed)
        {
            errors.Add("newPassword", "Must not be the current password.");
        }

        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var attempt = await throttles.LookAsync(found.Email, http, cancellationToken);
        var hashed = await passwords.HashAsync(request.NewPassword, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (attempt.Account is not { } account || !await change.HoldAsync(account, cancellationToken) || !await UseAsync(hash, cancellationToken))
        {
            return Invalid();
        }

        await throttles.SucceededAsync(attempt, cancellationToken);
        await change.StoreAsync(account.Id, hashed, exceptSessionId: null, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.PasswordReset, AuditOutcome.Succeeded, "user", $"{account.Id}") { Actor = AuditActor.User(account.Id) },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        mails.TellOfChange(account.Email, found.TenantName);
        return null;
    }

    private Task<Found?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return (
            from reset in database.PasswordResets
            join user in database.Users on new { reset.TenantId, Id = reset.UserId } equals new { user.TenantId, user.Id }
            join owner in database.Tenants on reset.TenantId equals owner.Id
            where reset.TokenHash == hash && reset.UsedAt == null && reset.ExpiresAt > now
                && user.State == UserState.Active && owner.State == TenantState.Active
            select new Found(user.Email, user.DisplayName, user.PasswordHash, owner.Slug, owner.Name)).SingleOrDefaultAsync(cancellationToken);
    }

    // The condition makes it work once, however many come at once.
    private async Task<bool> UseAsync(byte[] hash, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await database.PasswordResets
            .Where(reset => reset.TokenHash == hash && reset.UsedAt == null && reset.ExpiresAt > now)
            .ExecuteUpdateAsync(reset => reset.SetProperty(row => row.UsedAt, now), cancellationToken) == 1;
    }

    private static ApiProblem Invalid() => Problems.Unprocessable(
        "password_reset_invalid", "The token is unknown, used, expired, or not the newest one. Ask for another.");

    private sealed record Found(string Email, string DisplayName, string? PasswordHash, string Slug, string TenantName);
}
