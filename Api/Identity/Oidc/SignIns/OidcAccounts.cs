using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Identity.Oidc.IdTokens;
using ProductionReady.Api.Invitations;
using ProductionReady.Api.Json;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Api.Users;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>Whom a provider vouches for.</summary>
/// <param name="UserId">The user who may sign in; null when nobody may.</param>
/// <param name="Refusal">Why not.</param>
/// <param name="Events">What was changed on the way, to be recorded right before the commit.</param>
public sealed record OidcAccount(Guid? UserId, AccountRefusal? Refusal, IReadOnlyList<AuditEvent> Events);

/// <summary>
/// Finds the user of an ID token: by the provider's subject; else by an address that the provider verified, where the provider may
/// link by it; else makes one, where the provider may. An account is linked to one subject of a provider and stays with it: an
/// address that the provider gives to somebody else opens nothing.
/// </summary>
public sealed class OidcAccounts(AppDbContext database, ProviderRoles roles, Inviters inviters, AccessChanges access, UserRoom room, TimeProvider time)
{
    /// <summary>Finds, links or makes the user and sets the roles. Call inside of an access change, and undo it after a refusal.</summary>
    public async Task<OidcAccount> ResolveAsync(OidcProvider provider, IdToken token, CancellationToken cancellationToken)
    {
        var events = new List<AuditEvent>();
        var now = time.NowToStore();
        var identity = await database.UserIdentities
            .SingleOrDefaultAsync(identity => identity.ProviderId == provider.Id && identity.Subject == token.Subject, cancellationToken);
        if (identity is null)
        {
            return await IntroduceAsync(provider, token, now, events, cancellationToken);
        }

        identity.LastUsedAt = now;
        var user = await database.Users.SingleAsync(user => user.Id == identity.UserId, cancellationToken);
        return await AdmitAsync(provider, token, user, now, events, cancellationToken);
    }

    private async Task<OidcAccount> IntroduceAsync(
        OidcProvider provider, IdToken token, DateTimeOffset now, List<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (token.VerifiedEmail is not { } email)
        {
            return Refused(AccountRefusal.EmailUnverified);
        }

        var user = await database.Users.FromSql($"SELECT *, xmin FROM users WHERE email_key = lower({email})").SingleOrDefaultAsync(cancellationToken);
        if (user is null)
        {
            return await ProvisionAsync(provider, token, email, now, events, cancellationToken);
        }

        if (!provider.LinkByEmail
            || await database.UserIdentities.AnyAsync(other => other.ProviderId == provider.Id && other.UserId == user.Id, cancellationToken))
        {
            return Refused(AccountRefusal.NotLinked);
        }

        Link(provider, token, user, email, now, events);
        return await AdmitAsync(provider, token, user, now, events, cancellationToken);
    }

    private async Task<OidcAccount> ProvisionAsync(
        OidcProvider provider, IdToken token, string email, DateTimeOffset now, List<AuditEvent> events, CancellationToken cancellationToken)
    {
        var invitedTo = provider.Provisioning == OidcProvisioning.Invited ? await AcceptAsync(email, now, events, cancellationToken) : null;
        if (provider.Provisioning != OidcProvisioning.All && invitedTo is null)
        {
            return Refused(AccountRefusal.Unknown);
        }

        var given = await roles.KnownAsync(RoleMapping.RolesOf(provider, token), cancellationToken);
        if (invitedTo is not null && (!RoleMapping.IsMapped(provider) || given.Length == 0))
        {
            given = await roles.KnownAsync(invitedTo, cancellationToken);
        }

        if (given.Length == 0)
        {
            return Refused(AccountRefusal.NoRole);
        }

        var user = new User
        {
            TenantId = provider.TenantId,
            Email = email,
            DisplayName = token.DisplayName(email),
            Roles = given,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await room.TakeAsync(cancellationToken);
        database.Users.Add(user);
        events.Add(new AuditEvent(AuditActions.UserCreated, AuditOutcome.Succeeded, "user", user.Id.ToString())
        {
            Actor = AuditActor.User(user.Id),
            After = UserResource.Audited(user),
        });
        Link(provider, token, user, email, now, events);
        await database.SaveChangesAsync(cancellationToken);
        return new OidcAccount(user.Id, null, events);
    }

    private async Task<OidcAccount> AdmitAsync(
        OidcProvider provider, IdToken token, User user, DateTimeOffset now, List<AuditEvent> events, CancellationToken cancellationToken)
    {
        if (user.State != UserState.Active)
        {
            return Refused(AccountRefusal.Disabled);
        }

        var changed = false;
        if (RoleMapping.IsMapped(provider))
        {
            var mapped = await roles.KnownAsync(RoleMapping.RolesOf(provider, token), cancellationToken);
            if (mapped.Length == 0)
            {
                return Refused(AccountRefusal.NoRole);
            }

            changed = Change(provider, user, await KeptAsync(user, mapped, cancellationToken), now, events);
        }

        await database.SaveChangesAsync(cancellationToken);
        if (changed)
        {
            await access.RefuseOlderTokensAsync(user.Id, user.AccessVersion, cancellationToken);
        }

        return new OidcAccount(user.Id, null, events);
    }

    /// <summary>
    /// The mapped roles and what no mapping takes away: administering the platform, and administering a tenant that would have
    /// nobody else to do it.
    /// </summary>
    private async Task<string[]> KeptAsync(User user, string[] mapped, CancellationToken cancellationToken)
    {
        var kept = mapped.ToList();
        if (user.Roles.Contains(BuiltInRoles.PlatformAdmin))
        {
            kept.Add(BuiltInRoles.PlatformAdmin);
        }

        if (user.Roles.Contains(BuiltInRoles.Admin) && !kept.Contains(BuiltInRoles.Admin) && !await database.Users.AnyAsync(
            other => other.Id != user.Id && other.State == UserState.Active && other.Roles.Contains(BuiltInRoles.Admin), cancellationToken))
        {
            kept.Add(BuiltInRoles.Admin);
        }

        return [.. kept.Order(StringComparer.Ordinal)];
    }

    private static bool Change(OidcProvider provider, User user, string[] given, DateTimeOffset now, List<AuditEvent> events)
    {
        if (given.ToHashSet(StringComparer.Ordinal).SetEquals(user.Roles))
        {
            return false;
        }

        events.Add(new AuditEvent(AuditActions.UserUpdated, AuditOutcome.Succeeded, "user", user.Id.ToString())
        {
            Actor = AuditActor.User(user.Id),
            Before = new { user.Roles },
            After = new { roles = given, provider = provider.Name },
        });
        user.Roles = given;
        user.AccessVersion++;
        user.UpdatedAt = now;
        return true;
    }

    private void Link(OidcProvider provider, IdToken token, User user, string email, DateTimeOffset now, List<AuditEvent> events)
    {
        database.UserIdentities.Add(new UserIdentity
        {
            TenantId = provider.TenantId,
            ProviderId = provider.Id,
            Subject = token.Subject,
            UserId = user.Id,
            EmailAtLink = email,
            CreatedAt = now,
            LastUsedAt = now,
        });
        events.Add(new AuditEvent(AuditActions.IdentityLinked, AuditOutcome.Succeeded, "user", user.Id.ToString())
        {
            Actor = AuditActor.User(user.Id),
            After = new { provider = provider.Name, subject = token.Subject, email },
        });
    }

    /// <summary>
    /// Accepts the open invitation to an address and gives its roles; null when there is none, or whoever invited may no longer.
    /// </summary>
    private async Task<string[]?> AcceptAsync(string email, DateTimeOffset now, List<AuditEvent> events, CancellationToken cancellationToken)
    {
        var invitation = await database.Invitations.FromSql($"SELECT * FROM invitations WHERE email_key = lower({email})")
            .SingleOrDefaultAsync(open => open.AcceptedAt == null && open.RevokedAt == null && open.ExpiresAt > now, cancellationToken);
        if (invitation is null || !await inviters.MayStillInviteAsync(invitation, cancellationToken))
        {
            return null;
        }

        invitation.AcceptedAt = now;
        events.Add(new AuditEvent(AuditActions.InvitationAccepted, AuditOutcome.Succeeded, "invitation", invitation.Id.ToString())
        {
            Actor = AuditActor.Anonymous,
        });
        return invitation.Roles;
    }

    private static OidcAccount Refused(AccountRefusal refusal) => new(null, refusal, []);
}
