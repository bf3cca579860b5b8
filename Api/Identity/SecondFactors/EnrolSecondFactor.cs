using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>What an authenticator app needs. It is shown once and counts for nothing until a code confirms it.</summary>
/// <param name="Secret">The shared secret in Base 32, to be typed where no camera is.</param>
/// <param name="Uri">The same and how it is used, as <c>otpauth://totp/…</c>.</param>
/// <param name="QrCode">The URI as a QR code: an SVG document.</param>
public sealed record EnrolmentView(string Secret, string Uri, string QrCode)
{
    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => nameof(EnrolmentView);
}

/// <summary>Begins to enrol an authenticator app; beginning anew makes the secret before worthless.</summary>
public static class EnrolSecondFactor
{
    /// <summary>Handles <c>POST /api/v1/auth/me/second-factor</c>.</summary>
    public static async Task<Results<Ok<EnrolmentView>, ApiProblem>> HandleAsync(
        Principal principal, AppDbContext database, SecondFactorStore store, SecondFactorSecrets secrets, AuditTrail audit,
        IOptions<SecondFactorOptions> options, CancellationToken cancellationToken)
    {
        var account = await database.Users
            .Where(user => user.Id == principal.UserId)
            .Join(database.Tenants, user => user.TenantId, tenant => tenant.Id, (user, tenant) => user.Email + " (" + tenant.Slug + ")")
            .SingleOrDefaultAsync(cancellationToken);
        if (account is null)
        {
            return Problems.NotFound("user_not_found", "The user was removed.");
        }

        var secret = Totp.NewSecret();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (!await store.EnrolAsync(principal.UserId, secrets.Wrap(principal.TenantId, principal.UserId, secret), cancellationToken))
        {
            return SecondFactorProblems.Exists();
        }

        await audit.RecordAsync(
            new AuditEvent(AuditActions.SecondFactorEnrolled, AuditOutcome.Succeeded, "user", principal.UserId.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var uri = OtpAuthUri.Of(options.Value.Issuer, account, secret);
        return TypedResults.Ok(new EnrolmentView(Base32.Encode(secret), uri, QrCode.Svg(uri)));
    }
}
