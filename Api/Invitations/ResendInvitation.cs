using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Api.Users;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Invitations;

/// <summary>
/// Sends an invitation again, with a new token and a new life; the token before is no longer good. The caller becomes the one
/// who invites, and must be allowed to.
/// </summary>
public sealed class ResendInvitation(
    AppDbContext database, AccessChanges access, RoleCatalog catalog, GrantPolicy grants, InvitationMail mail, AuditTrail trail, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/invitations/{id}/resend</c>.</summary>
    public static Task<Results<Ok<InvitationResource>, ApiProblem>> HandleAsync(
        string id, Principal principal, ResendInvitation resend, KeyedTransaction? keyed, CancellationToken cancellationToken) =>
        resend.ResendAsync(id, principal, keyed, cancellationToken);

    private async Task<Results<Ok<InvitationResource>, ApiProblem>> ResendAsync(
        string id, Principal principal, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed, cancellationToken);
        if (await InvitationReads.LockAsync(id, database, cancellationToken) is not { } invitation)
        {
            return InvitationReads.NotFound();
        }

        var errors = new FieldErrors();
        await errors.CheckRolesExistAsync(invitation.Roles, catalog, cancellationToken);
        if (errors.Any)
        {
            return Problems.Conflict("role_missing", "A role of the invitation does not exist any more; take it back and invite anew.");
        }

        if (await grants.CheckRolesAsync(principal, invitation.Roles, cancellationToken) is { } beyond)
        {
            return beyond;
        }

        var before = InvitationResource.Audited(invitation);
        var now = time.NowToStore();
        var token = SecretToken.Create(SecretToken.Invitation, principal.TenantId);
        invitation.TokenHash = token.Hash();
        invitation.ExpiresAt = now + InvitationMail.Lifetime;
        database.Entry(invitation).Property(row => row.InvitedBy).CurrentValue = principal.SubjectId;
        await mail.SendAsync(invitation, token, cancellationToken);
        await trail.SaveAsync(
            new AuditEvent(AuditActions.InvitationCreated, AuditOutcome.Succeeded, "invitation", $"{invitation.Id}")
            {
                Before = before,
                After = InvitationResource.Audited(invitation),
            },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Ok(InvitationResource.Of(invitation, now));
    }
}
