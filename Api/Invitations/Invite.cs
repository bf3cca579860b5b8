using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Api.Users;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Invitations;

/// <summary>Invites somebody to join the tenant: the one way in which users come to be, after the first.</summary>
public sealed class Invite(
    AppDbContext database, AccessChanges access, RoleCatalog catalog, GrantPolicy grants, InvitationMail mail, AuditTrail trail, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/invitations</c>.</summary>
    public static Task<Results<Created<InvitationResource>, ApiProblem>> HandleAsync(
        NewInvitation request, Principal principal, Invite invite, KeyedTransaction? keyed, CancellationToken cancellationToken) =>
        invite.InviteAsync(request, principal, keyed, cancellationToken);

    private async Task<Results<Created<InvitationResource>, ApiProblem>> InviteAsync(
        NewInvitation request, Principal principal, KeyedTransaction? keyed, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors().CheckRoles(request.Roles);
        EmailAddress.Check(errors, "email", request.Email);
        if (!errors.Any)
        {
            errors.Require(InvitationMail.CanReach(request.Email), "email", "Is no address that mail can be sent to.");
        }

        await using var change = await access.BeginAsync(keyed, cancellationToken);
        if (!errors.Any)
        {
            await errors.CheckRolesExistAsync(request.Roles, catalog, cancellationToken);
        }

        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        if ((await grants.CheckRolesAsync(principal, request.Roles, cancellationToken) ?? await ConflictAsync(request.Email, cancellationToken)) is { } refused)
        {
            return refused;
        }

        var now = time.NowToStore();
        var token = SecretToken.Create(SecretToken.Invitation, principal.TenantId);
        var invitation = new Invitation
        {
            Email = request.Email,
            Roles = [.. request.Roles.Order(StringComparer.Ordinal)],
            TokenHash = token.Hash(),
            InvitedBy = principal.SubjectId,
            CreatedAt = now,
            ExpiresAt = now + InvitationMail.Lifetime,
        };
        database.Invitations.Add(invitation);
        await mail.SendAsync(invitation, token, cancellationToken);
        await trail.SaveAsync(
            new AuditEvent(AuditActions.InvitationCreated, AuditOutcome.Succeeded, "invitation", $"{invitation.Id}")
            {
                After = InvitationResource.Audited(invitation),
            },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Created($"/api/v1/invitations/{invitation.Id}", InvitationResource.Of(invitation, now));
    }

    /// <summary>409 when the address has a user or an open invitation. One that has expired makes room for the new one.</summary>
    private async Task<ApiProblem?> ConflictAsync(string email, CancellationToken cancellationToken)
    {
        if (await database.Users.FromSql($"SELECT *, xmin FROM users WHERE email_key = lower({email})").AnyAsync(cancellationToken))
        {
            return Problems.Conflict("user_exists", "A user of the tenant has this e-mail address.");
        }

        var now = time.NowToStore();
        var former = await database.Invitations
            .FromSql($"SELECT * FROM invitations WHERE email_key = lower({email}) AND accepted_at IS NULL AND revoked_at IS NULL")
            .SingleOrDefaultAsync(cancellationToken);
        if (former is not null && former.ExpiresAt > now)
        {
            return Problems.Conflict("already_invited", $"This address is invited; send the invitation {former.Id} again, or take it back.");
        }

        if (former is not null)
        {
            former.RevokedAt = now;
            await database.SaveChangesAsync(cancellationToken);
        }

        return null;
    }
}
