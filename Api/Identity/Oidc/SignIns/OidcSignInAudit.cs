using ProductionReady.Api.Audit;
using ProductionReady.Api.Audit.Refusals;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Conventions;
using ProductionReady.Data.Identity;

namespace ProductionReady.Api.Identity.Oidc.SignIns;

/// <summary>Records sign-ins by identity providers. A sign-in is used up by its first answer, so each leaves one entry at most.</summary>
public sealed class OidcSignInAudit(AuditTrail trail, RefusalBudget budget, IHttpContextAccessor requests)
{
    /// <summary>A provider vouched for a user; call it in the transaction of what follows from it.</summary>
    public Task AcceptedAsync(OidcProvider provider, Guid userId, CancellationToken cancellationToken) => trail.RecordAsync(
        new AuditEvent(AuditActions.IdentityAccepted, AuditOutcome.Succeeded, "oidc_provider", provider.Id.ToString())
        {
            Actor = AuditActor.User(userId),
            After = new { provider = provider.Name, provider.Issuer },
        },
        cancellationToken);

    /// <summary>A sign-in that was refused.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="reason">The code of the answer.</param>
    /// <param name="fault">What is wrong with the ID token, if that is it.</param>
    /// <param name="subject">For whom the provider vouches, if that was found good.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RefusedAsync(OidcProvider provider, string reason, string? fault, string? subject, CancellationToken cancellationToken)
    {
        var address = AuditOrigin.Of(requests.HttpContext).Address ?? "";
        if (budget.TryTake(new RefusalKey(provider.TenantId, AuditActions.SessionRefused, ActorKind.Anonymous, null, address)))
        {
            await trail.RecordAsync(
                new AuditEvent(AuditActions.SessionRefused, AuditOutcome.Refused, "oidc_provider", provider.Id.ToString())
                {
                    Actor = AuditActor.Anonymous,
                    After = new { method = StoredText.Of(SignInMethod.Oidc), provider = provider.Name, reason, fault, subject },
                },
                cancellationToken);
        }
    }
}
