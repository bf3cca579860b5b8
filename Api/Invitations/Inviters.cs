using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Authorization;
using ProductionReady.Data;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Invitations;

/// <summary>
/// Whether whoever invited may still do so: an administrator who was removed must not come back by an invitation that he sent to
/// himself before.
/// </summary>
public sealed class Inviters(AppDbContext database, RoleCatalog roles)
{
    /// <summary>True when the inviter is still there, may manage users, and has what the invitation's roles grant.</summary>
    public async Task<bool> MayStillInviteAsync(Invitation invitation, CancellationToken cancellationToken)
    {
        var inviter = await database.Users.AsNoTracking()
            .Where(user => user.Id == invitation.InvitedBy && user.State == UserState.Active).Select(user => user.Roles)
            .SingleOrDefaultAsync(cancellationToken) ?? [];
        var held = await roles.PermissionsOfAsync(inviter, cancellationToken);
        return held.Contains(Permissions.UserManage)
            && (await roles.PermissionsOfAsync(invitation.Roles, cancellationToken)).All(held.Contains);
    }
}
