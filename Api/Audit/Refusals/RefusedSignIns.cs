using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ProductionReady.Api.Identity;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Tenancy;

namespace ProductionReady.Api.Audit.Refusals;

/// <summary>Records sign-ins that were refused.</summary>
public sealed class RefusedSignIns(
    AuditTrail trail, ITenantContext tenant, RefusalBudget budget, DerivedKeys keys, IHttpContextAccessor requests)
{
    private const int ShownHashLength = 16;

    /// <summary>
    /// Records one, of nobody known, before it is answered. Of a user who exists the id is recorded; what else was typed may be
    /// anything, a password in the wrong field too, so only a keyed hash of it is: the same for the same address, and of no
    /// use to whom has no key. A tenant that does not exist has no trail, and gets none.
    /// </summary>
    /// <param name="tenantExists">False when the scope's tenant is made up, for one that does not exist.</param>
    /// <param name="userId">Whose account it was, if there is one.</param>
    /// <param name="email">What was given as the e-mail address.</param>
    /// <param name="reason">Why, in a word such as <c>credentials</c>.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RecordAsync(bool tenantExists, Guid? userId, string email, string reason, CancellationToken cancellationToken)
    {
        var address = AuditOrigin.Of(requests.HttpContext).Address ?? "";
        if (tenantExists && !budget.TryTake(new RefusalKey(tenant.TenantId!.Value, AuditActions.SessionRefused, ActorKind.Anonymous, null, address)))
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
        catch (PostgresException exception) when (!tenantExists && exception.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // The same work as for others, and nowhere to record it.
        }
    }

    private string Hash(string email)
    {
        var key = keys.For("audit-unknown-account");
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{tenant.TenantId}/{email.ToLowerInvariant()}"))[..ShownHashLength]);
    }
}
