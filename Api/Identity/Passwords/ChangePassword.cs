using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>A new password in the place of the old one.</summary>
/// <param name="CurrentPassword">The password as it is.</param>
/// <param name="NewPassword">12 to 128 characters, none of the common ones.</param>
public sealed record ChangePasswordRequest(string CurrentPassword, string NewPassword)
{
    /// <summary>Says nothing of the passwords, for records print their members.</summary>
    public override string ToString() => nameof(ChangePasswordRequest);
}

/// <summary>
/// Changes the caller's password. All other sessions of the user end with the answer; the caller's goes on. A wrong current
/// password counts like a failed sign-in: whoever found an open session must not guess it.
/// </summary>
public sealed class ChangePassword(
    AppDbContext database, CurrentPassword current, PasswordHashing passwords, PasswordChange change, PasswordMails mails, AuditTrail audit)
{
    /// <summary>Handles <c>POST /api/v1/auth/password</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        ChangePasswordRequest request, Principal principal, HttpContext http, ChangePassword endpoint, CancellationToken cancellationToken) =>
        await endpoint.ChangeAsync(request, principal, http, cancellationToken) is { } problem ? problem : TypedResults.NoContent();

    private async Task<ApiProblem?> ChangeAsync(ChangePasswordRequest request, Principal principal, HttpContext http, CancellationToken cancellationToken)
    {
        var user = await database.Users.AsNoTracking().Where(row => row.Id == principal.UserId)
            .Join(database.Tenants, row => row.TenantId, tenant => tenant.Id, (row, tenant) => new { row.Email, row.DisplayName, tenant.Slug, tenant.Name })
            .SingleOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return Problems.NotFound("user_not_found", "The user was removed.");
        }

        var errors = new FieldErrors();
        PasswordPolicy.Check(errors, "newPassword", request.NewPassword, user.Email, user.DisplayName, user.Slug, user.Name);
        errors.Require(request.NewPassword != request.CurrentPassword, "newPassword", "Must not be the current password.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var proof = await current.CheckAsync(principal, user.Email, request.CurrentPassword, "currentPassword", http, cancellationToken);
        if (proof.Refusal is { } refused)
        {
            return refused;
        }

        var hash = await passwords.HashAsync(request.NewPassword, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await current.HoldAsync(proof, cancellationToken) is { } changed)
        {
            return changed;
        }

        await change.StoreAsync(principal.UserId, hash, principal.SessionId, cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.PasswordChanged, AuditOutcome.Succeeded, "user", $"{principal.UserId}"), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        mails.TellOfChange(user.Email, user.Name);
        return null;
    }
}
