using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ProductionReady.Api.Audit.Refusals;
using ProductionReady.Api.Identity;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Audit;

/// <summary>Records sign-ins that were refused; what becomes of a session is recorded where it starts and ends.</summary>
public sealed class SignInAudit(
    AuditTrail trail, ITenantContext tenant, RefusalBudget budget, DerivedKeys keys, IHttpContextAccessor requests)
{
    private const int ShownHashLength = 16;

    /// <summary>
    /// A sign-in that was refused, of nobody known. Of a user who exists the id is recorded; what else was typed may be
    /// anything, a password in the wrong field too, so only a keyed hash of it is: the same for the same address, and of no
    /// use to whom has no key. A tenant that does not exist has no trail, and gets none.
    /// </summary>
    /// <param name="userId">Whose account it was, if there is one.</param>
    /// <param name="email">What was given as the e-mail address.</param>
    /// <param name="reason">Why, in a word such as <c>credentials</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RefusedAsync(Guid? userId, string email, string reason, CancellationToken cancellationToken)
    {
        var origin = AuditOrigin.Of(requests.HttpContext);
        if (!budget.TryTake(new RefusalKey(tenant.TenantId!.Value, AuditActions.SessionRefused, ActorKind.Anonymous, null, origin.Address ?? "")))
        {
            return;
        }

        try
        {
            await trail.RecordAsync(
                new AuditEvent(
                    AuditActions.SessionRefused, AuditOutcome.Refused, userId is null ? "unknown_account" : "user", userId?.ToString() ?? Hash(email))
                {
                    Actor = AuditActor.Anonymous,
                    After = new { reason },
                },
                cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // No tenant of that slug: the same work as for others, and nowhere to record it.
        }
    }

    private string Hash(string email)
    {
        var key = keys.For("audit-unknown-account");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant.TenantId}/{email.ToLowerInvariant()}"))[..ShownHashLength]);
    }
}
