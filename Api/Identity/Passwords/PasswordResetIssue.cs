using Microsoft.EntityFrameworkCore;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Identity.Tokens;
using ProductionReady.Api.Json;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Identity.Passwords;

/// <summary>Makes the token of a reset and mails it, if there is somebody to mail it to.</summary>
public sealed class PasswordResetIssue(
    AppDbContext database, TenantDirectory tenants, TenantContext tenant, PasswordMails mails, AuditTrail audit, TimeProvider time)
{
    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Between two mails to one user: nobody's mailbox is to be filled by a stranger.</summary>
    public static readonly TimeSpan Apart = TimeSpan.FromMinutes(1);

    /// <summary>Issues it; does nothing for names that nobody has.</summary>
    public async Task IssueAsync(WantedReset wanted, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugAsync(wanted.Tenant.ToLowerInvariant(), cancellationToken) is not { } tenantId)
        {
            return;
        }

        await tenant.EnterAsync(tenantId, cancellationToken);
        var now = time.NowToStore();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await FindAsync(tenantId, wanted.Email, cancellationToken) is not { } user
            || await database.PasswordResets.AnyAsync(reset => reset.UserId == user.Id && reset.CreatedAt > now - Apart, cancellationToken))
        {
            return;
        }

        await database.PasswordResets.Where(reset => reset.UserId == user.Id && reset.UsedAt == null)
            .ExecuteUpdateAsync(reset => reset.SetProperty(row => row.UsedAt, now), cancellationToken);
        var token = SecretToken.Create(SecretToken.PasswordReset, tenantId);
        database.PasswordResets.Add(new PasswordReset
        {
            TenantId = tenantId,
            UserId = user.Id,
            TokenHash = token.Hash(),
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        await database.SaveChangesAsync(cancellationToken);
        await audit.RecordAsync(
            new AuditEvent(AuditActions.PasswordResetRequested, AuditOutcome.Succeeded, "user", $"{user.Id}"), wanted.Origin, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        mails.SendReset(user.Email, user.TenantName, token);
    }

    // Held until the commit, so that of two at once only one is issued.
    private async Task<Found?> FindAsync(Guid tenantId, string email, CancellationToken cancellationToken) =>
        (await database.Database.SqlQuery<Found>($"""
            SELECT users.id AS "Id", users.email AS "Email", tenants.name AS "TenantName"
            FROM users JOIN tenants ON tenants.id = users.tenant_id
            WHERE users.tenant_id = {tenantId} AND users.email_key = lower({email}) AND users.state = 'active' AND tenants.state = 'active'
            FOR NO KEY UPDATE OF users
            """).ToListAsync(cancellationToken)).SingleOrDefault();

    private sealed record Found(Guid Id, string Email, string TenantName);
}
