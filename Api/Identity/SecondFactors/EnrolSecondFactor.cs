using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.SecondFactors;

/// <summary>Enrolling an authenticator app.</summary>
/// <param name="CurrentPassword">
/// The caller's password. Left out by who has none, and by a session that may do nothing but enrol and signed in with the password
/// not more than ten minutes ago.
/// </param>
public sealed record EnrolRequest(string? CurrentPassword = null)
{
    /// <summary>Says nothing of the password, for records print their members.</summary>
    public override string ToString() => nameof(EnrolRequest);
}

/// <summary>What an authenticator app needs. It is shown once and counts for nothing until a code confirms it.</summary>
/// <param name="Secret">The shared secret in Base 32, to be typed where no camera is.</param>
/// <param name="Uri">The same and how it is used, as <c>otpauth://totp/…</c>.</param>
/// <param name="QrCode">The URI as a QR code: an SVG document.</param>
public sealed record EnrolmentView(string Secret, string Uri, string QrCode)
{
    /// <summary>Says nothing of the secret, for records print their members.</summary>
    public override string ToString() => nameof(EnrolmentView);
}

/// <summary>
/// Begins to enrol an authenticator app; beginning anew makes the secret before worthless. A session is not enough, or who stole one
/// could enrol an app of his own and keep the user out: it takes the password, or, of a user who has none, a sign-in that has just
/// been.
/// </summary>
public sealed class EnrolSecondFactor(
    AppDbContext database, CurrentPassword password, SecondFactorStore store, SecondFactorSecrets secrets, AuditTrail audit,
    IOptions<SecondFactorOptions> options)
{
    /// <summary>How long a restricted session is not asked for the password that it signed in with.</summary>
    public static readonly TimeSpan PasswordIsFresh = TimeSpan.FromMinutes(10);

    /// <summary>How long after signing in a user without a password may enrol.</summary>
    public static readonly TimeSpan SignInIsFresh = TimeSpan.FromMinutes(5);

    /// <summary>Handles <c>POST /api/v1/auth/me/second-factor</c>.</summary>
    public static Task<Results<Ok<EnrolmentView>, ApiProblem>> HandleAsync(
        EnrolRequest request, Principal principal, HttpContext http, EnrolSecondFactor enrol, CancellationToken cancellationToken) =>
        enrol.AnswerAsync(request.CurrentPassword, principal, http, cancellationToken);

    private async Task<Results<Ok<EnrolmentView>, ApiProblem>> AnswerAsync(
        string? given, Principal principal, HttpContext http, CancellationToken cancellationToken)
    {
        if (await FindAsync(principal, cancellationToken) is not { } caller)
        {
            return Problems.NotFound("user_not_found", "The user was removed.");
        }

        CheckedPassword? proof = null;
        if (caller.HasPassword && given is not null)
        {
            proof = await password.CheckAsync(principal, caller.Email, given, "currentPassword", http, cancellationToken);
        }

        return Refusal(caller, proof) is { } refused ? refused : await EnrolAsync(caller, proof, principal, cancellationToken);
    }

    private static ApiProblem? Refusal(Caller caller, CheckedPassword? proof) =>
        proof is not null ? proof.Refusal
        : caller.HasPassword && !caller.GavePassword
            ? Problems.Validation(new FieldErrors().Add("currentPassword", "Give your password once more."))
        : caller.HasPassword || caller.JustSignedIn ? null
        : Problems.Forbidden("recent_sign_in_required", "Sign in again, and enrol within five minutes.");

    private async Task<Results<Ok<EnrolmentView>, ApiProblem>> EnrolAsync(
        Caller caller, CheckedPassword? proof, Principal principal, CancellationToken cancellationToken)
    {
        var secret = Totp.NewSecret();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (proof is not null && await password.HoldAsync(proof, cancellationToken) is { } changed)
        {
            return changed;
        }

        if (!await store.EnrolAsync(principal.UserId, secrets.Wrap(principal.TenantId, principal.UserId, secret), cancellationToken))
        {
            return SecondFactorProblems.Exists();
        }

        await audit.RecordAsync(
            new AuditEvent(AuditActions.SecondFactorEnrolled, AuditOutcome.Succeeded, "user", principal.UserId.ToString()), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var uri = OtpAuthUri.Of(options.Value.Issuer, $"{caller.Email} ({caller.Slug})", secret);
        return TypedResults.Ok(new EnrolmentView(Base32.Encode(secret), uri, QrCode.Svg(uri)));
    }

    private async Task<Caller?> FindAsync(Principal principal, CancellationToken cancellationToken) => (await database.Database.SqlQuery<Caller>($"""
        SELECT owner.email AS "Email", tenant.slug AS "Slug", owner.password_hash IS NOT NULL AS "HasPassword",
            session.restricted AND session.method = {StoredText.Of(SignInMethod.Password)}
                AND session.created_at > clock_timestamp() - {PasswordIsFresh} AS "GavePassword",
            session.created_at > clock_timestamp() - {SignInIsFresh} AS "JustSignedIn"
        FROM users AS owner
        JOIN tenants AS tenant ON tenant.id = owner.tenant_id
        JOIN sessions AS session ON session.tenant_id = owner.tenant_id AND session.user_id = owner.id
        WHERE owner.tenant_id = {principal.TenantId} AND owner.id = {principal.UserId} AND session.id = {principal.SessionId}
        """).ToListAsync(cancellationToken)).SingleOrDefault();

    /// <summary>Who asks.</summary>
    /// <param name="Email">Of the user.</param>
    /// <param name="Slug">Of the tenant.</param>
    /// <param name="HasPassword">Whether there is a password to ask for.</param>
    /// <param name="GavePassword">Whether this session gave it lately, for nothing but enrolling.</param>
    /// <param name="JustSignedIn">Whether the session is new.</param>
    private sealed record Caller(string Email, string Slug, bool HasPassword, bool GavePassword, bool JustSignedIn);
}
