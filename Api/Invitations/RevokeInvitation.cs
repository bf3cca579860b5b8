using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Invitations;

/// <summary>Takes an invitation back.</summary>
public static class RevokeInvitation
{
    /// <summary>Handles <c>DELETE /api/v1/invitations/{id}</c>.</summary>
    public static async Task<Results<NoContent, ApiProblem>> HandleAsync(
        string id, Principal principal, AppDbContext database, AccessChanges access, GrantPolicy grants, AuditTrail trail, TimeProvider time,
        CancellationToken cancellationToken)
    {
        await using var change = await access.BeginAsync(keyed: null, cancellationToken);
        if (await InvitationReads.LockAsync(id, database, cancellationToken) is not { } invitation)
        {
            return InvitationReads.NotFound();
        }

        if (await grants.CheckRolesAsync(principal, invitation.Roles, cancellationToken) is { } beyond)
        {
            return beyond;
        }

        invitation.RevokedAt = time.NowToStore();
        await trail.SaveAsync(
            new AuditEvent(AuditActions.InvitationRevoked, AuditOutcome.Succeeded, "invitation", $"{invitation.Id}")
            {
                Before = InvitationResource.Audited(invitation),
            },
            cancellationToken);
        await change.CommitAsync(cancellationToken);
        return TypedResults.NoContent();
    }
}
