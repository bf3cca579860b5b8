using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Api.Paging;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Invitations;

/// <summary>Reading invitations.</summary>
public static class InvitationReads
{
    /// <summary>Handles <c>GET /api/v1/invitations</c>.</summary>
    public static async Task<Results<Ok<InvitationPage>, ApiProblem>> ListAsync(
        HttpContext context, Principal principal, AppDbContext database, CursorSigner cursors, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new ListQuery(context);
        var email = query.Text("email")?.ToLowerInvariant();
        var state = query.Word<InvitationState>("state");
        if (!query.TryBegin("invitations", principal, cursors, out var page, out var problem))
        {
            return problem!;
        }

        var now = time.NowToStore();
        var invitations = InState(database.Invitations.AsNoTracking(), state, now);
        invitations = email is null ? invitations : invitations.Where(invitation => invitation.EmailKey == email);
        invitations = page.After is not { } after ? invitations : invitations.Where(invitation => invitation.Id > after);
        var read = await invitations.OrderBy(invitation => invitation.Id).Take(query.Limit + 1).ToListAsync(cancellationToken);
        var (rows, next) = page.Cut(read, query.Limit, invitation => invitation.Id, cursors);
        return TypedResults.Ok(new InvitationPage([.. rows.Select(invitation => InvitationResource.Of(invitation, now))], next));
    }

    /// <summary>Handles <c>GET /api/v1/invitations/{id}</c>.</summary>
    public static async Task<Results<Ok<InvitationResource>, ApiProblem>> ReadAsync(
        string id, AppDbContext database, TimeProvider time, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var invitationId)
        && await database.Invitations.AsNoTracking().SingleOrDefaultAsync(invitation => invitation.Id == invitationId, cancellationToken) is { } found
            ? TypedResults.Ok(InvitationResource.Of(found, time.NowToStore()))
            : NotFound();

    /// <summary>The invitation, neither accepted nor revoked, locked until the transaction ends; null when there is none.</summary>
    internal static async Task<Invitation?> LockAsync(string id, AppDbContext database, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var invitationId)
            ? await database.Invitations
                .FromSql($"SELECT * FROM invitations WHERE id = {invitationId} AND accepted_at IS NULL AND revoked_at IS NULL FOR UPDATE")
                .SingleOrDefaultAsync(cancellationToken)
            : null;

    /// <summary>404, the same for an id that is nobody's, another tenant's, or no id at all.</summary>
    internal static ApiProblem NotFound() =>
        Problems.NotFound("invitation_not_found", "There is no invitation of that id, or, to change it, none that is neither accepted nor taken back.");

    private static IQueryable<Invitation> InState(IQueryable<Invitation> invitations, InvitationState? state, DateTimeOffset now) => state switch
    {
        null => invitations,
        InvitationState.Accepted => invitations.Where(invitation => invitation.AcceptedAt != null),
        InvitationState.Revoked => invitations.Where(invitation => invitation.RevokedAt != null),
        InvitationState.Expired =>
            invitations.Where(invitation => invitation.AcceptedAt == null && invitation.RevokedAt == null && invitation.ExpiresAt <= now),
        _ => invitations.Where(invitation => invitation.AcceptedAt == null && invitation.RevokedAt == null && invitation.ExpiresAt > now),
    };
}
