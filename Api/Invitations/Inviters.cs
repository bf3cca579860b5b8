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
        var held = await PermissionsOfAsync(invitation.InvitedBy, cancellationToken);
        return held.Contains(Permissions.UserManage)
            && (await roles.PermissionsOfAsync(invitation.Roles, cancellationToken)).All(held.Contains);
    }

    private async Task<IReadOnlyCollection<string>> PermissionsOfAsync(Guid inviter, CancellationToken cancellationToken)
    {
        var held = await database.Users.AsNoTracking()
            .Where(user => user.Id == inviter && user.State == UserState.Active).Select(user => user.Roles).SingleOrDefaultAsync(cancellationToken);
        if (held is not null)
        {
            return await roles.PermissionsOfAsync(held, cancellationToken);
        }

        // UtcNow becomes the database's now().
        return await database.ApiKeys.AsNoTracking()
            .Where(key => key.Id == inviter && key.RevokedAt == null && (key.ExpiresAt == null || key.ExpiresAt > DateTimeOffset.UtcNow))
            .Select(key => key.Scopes).SingleOrDefaultAsync(cancellationToken) ?? [];
    }
}
