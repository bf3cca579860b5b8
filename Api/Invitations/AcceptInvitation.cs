using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Identity.Passwords;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Api.Tenants;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Api.Users;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Invitations;

/// <summary>
/// Makes a user of whoever has an invitation's token, once. What was true when the invitation was sent is looked at again: its
/// roles must exist, and whoever invited must still be allowed to.
/// </summary>
public sealed class AcceptInvitation(
    AppDbContext database, TenantContext tenant, AccessChanges access, RoleCatalog catalog, Inviters inviters, PasswordHashing passwords,
    UserRoom room, AuditTrail trail, TimeProvider time)
{
    /// <summary>Handles <c>POST /api/v1/invitations/accept</c>.</summary>
    public static Task<Results<Created<UserView>, ApiProblem>> HandleAsync(
        InvitationAcceptance request, AcceptInvitation accept, CancellationToken cancellationToken) => accept.AcceptAsync(request, cancellationToken);

    private async Task<Results<Created<UserView>, ApiProblem>> AcceptAsync(InvitationAcceptance request, CancellationToken cancellationToken)
    {
        if (!SecretToken.TryParse(SecretToken.Invitation, request.Token, out var token))
        {
            return NotOpen();
        }

        // Looked at before the password is hashed, so that nobody without a token costs us a core, and again after.
        await tenant.EnterAsync(token.TenantId, cancellationToken);
        if (await FindAsync(token, cancellationToken) is not { } found)
        {
            return NotOpen();
        }

        var errors = new FieldErrors().CheckDisplayName(request.DisplayName);
        PasswordPolicy.Check(errors, "password", request.Password, found.Email, request.DisplayName);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        var hash = await passwords.HashAsync(request.Password, cancellationToken);
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await FindAsync(token, cancellationToken) is not { } invitation)
        {
            return NotOpen();
        }

        if (await RefusalAsync(invitation, cancellationToken) is { } refused)
        {
            return refused;
        }

        var user = await JoinAsync(invitation, request.DisplayName.Trim(), hash, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.Created((string?)null, UserView.Of(user));
    }

    // UtcNow becomes the database's now().
    private Task<Invitation?> FindAsync(SecretToken token, CancellationToken cancellationToken)
    {
        var hash = token.Hash();
        return database.Invitations.SingleOrDefaultAsync(
            invitation => invitation.TokenHash == hash && invitation.AcceptedAt == null && invitation.RevokedAt == null
                && invitation.ExpiresAt > DateTimeOffset.UtcNow
                && database.Tenants.Any(owner => owner.Id == invitation.TenantId && owner.State == TenantState.Active),
            cancellationToken);
    }

    private async Task<ApiProblem?> RefusalAsync(Invitation invitation, CancellationToken cancellationToken)
    {
        if ((await catalog.UnknownAsync(invitation.Roles, cancellationToken)).Count > 0 || !await inviters.MayStillInviteAsync(invitation, cancellationToken))
        {
            return Problems.Conflict("invitation_void", "Whoever invited may no longer give these roles, or they do not exist; ask for another invitation.");
        }

        return await database.Users.AnyAsync(user => user.EmailKey == invitation.EmailKey, cancellationToken)
            ? Problems.Conflict("user_exists", "A user of the tenant has this e-mail address.")
            : null;
    }

    private async Task<User> JoinAsync(Invitation invitation, string displayName, string hash, CancellationToken cancellationToken)
    {
        var now = time.NowToStore();
        var user = new User
        {
            Email = invitation.Email,
            DisplayName = displayName,
            PasswordHash = hash,
            PasswordChangedAt = now,
            Roles = invitation.Roles,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await room.TakeAsync(cancellationToken);
        invitation.AcceptedAt = now;
        database.Users.Add(user);
        await database.SaveChangesAsync(cancellationToken);
        await trail.RecordAsync(
            new AuditEvent(AuditActions.InvitationAccepted, AuditOutcome.Succeeded, "invitation", $"{invitation.Id}") { Actor = AuditActor.User(user.Id) },
            cancellationToken);
        await trail.RecordAsync(
            new AuditEvent(AuditActions.UserCreated, AuditOutcome.Succeeded, "user", $"{user.Id}")
            {
                Actor = AuditActor.User(user.Id),
                After = UserResource.Audited(user),
            },
            cancellationToken);
        return user;
    }

    private static ApiProblem NotOpen() => Problems.NotFound(
        "invitation_not_open", "There is no open invitation of this token: it is unknown, was accepted, replaced or taken back, or has expired.");
}
