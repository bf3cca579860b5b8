using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Data;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Schema;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;
using ProductionReady.MigrationService.Migrating;
using ProductionReady.MigrationService.Server;

namespace ProductionReady.MigrationService.Operators;

/// <summary>
/// Makes somebody an administrator of the platform: the platform's tenant and the user are made where they are missing. Nobody gets a
/// password that somebody else knows: a user who has none is given a token, printed once, with which to choose one.
/// </summary>
internal sealed class PlatformAdminVerb(MigrationContext contexts, TimeProvider time)
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(24);
    private static readonly string[] Roles = [BuiltInRoles.Admin, BuiltInRoles.PlatformAdmin];

    /// <summary>Runs the verb.</summary>
    /// <param name="connection">The administrator's.</param>
    /// <param name="email">The address, as the user signs in with it.</param>
    /// <param name="output">Where the token is printed.</param>
    /// <param name="cancellationToken">Ends the run; nothing has changed then.</param>
    public async Task<int> RunAsync(NpgsqlConnection connection, string email, TextWriter output, CancellationToken cancellationToken)
    {
        if (email.Length > User.EmailMaxLength || email.Count(character => character == '@') != 1 || email[0] == '@' || email.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            throw new MigrationFailedException("--email must be an e-mail address.", ExitCode.Usage);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // As the owner, whom row-level security binds too.
        await connection.ExecuteAsync($"SET LOCAL ROLE {DatabaseRoles.Owner}", cancellationToken);
        await using var context = contexts.Over(connection, new TenantContext { TenantId = PlatformTenant.Id });
        await context.Database.UseTransactionAsync(transaction, cancellationToken);
        var now = time.GetUtcNow();
        var action = await EnsureAsync(context, email, now, cancellationToken);
        var user = await context.Users.FromSql($"SELECT *, xmin FROM users WHERE email_key = lower({email})").SingleAsync(cancellationToken);
        var token = user.PasswordHash is null ? await TokenAsync(context, user.Id, now, cancellationToken) : null;
        if (action is not null)
        {
            await RecordAsync(connection, action, user.Id, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await output.WriteLineAsync(action is null ? $"{email} is an administrator of the platform already." : $"{email} is an administrator of the platform now.");
        await output.WriteLineAsync(token is null
            ? $"Sign in to the tenant '{PlatformTenant.Slug}' with the password that is known to {email} alone."
            : $"To choose a password within 24 hours, give this token to POST /api/v1/auth/password/reset; it is good once and kept nowhere: {token}");
        return ExitCode.Done;
    }

    /// <summary>Makes what is missing; answers what is to be recorded, or null when nothing was.</summary>
    private static async Task<string?> EnsureAsync(AppDbContext context, string email, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await context.Tenants.AnyAsync(tenant => tenant.Id == PlatformTenant.Id, cancellationToken))
        {
            context.Add(new Tenant { Id = PlatformTenant.Id, Slug = PlatformTenant.Slug, Name = "Platform", CreatedAt = now, UpdatedAt = now });
        }

        var user = await context.Users.FromSql($"SELECT *, xmin FROM users WHERE email_key = lower({email})").SingleOrDefaultAsync(cancellationToken);
        if (user is { State: UserState.Active } && user.Roles.Contains(BuiltInRoles.PlatformAdmin))
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }

        if (user is null)
        {
            context.Add(new User { Email = email, DisplayName = NameOf(email), Roles = Roles, CreatedAt = now, UpdatedAt = now });
        }
        else
        {
            (user.State, user.Roles, user.AccessVersion, user.UpdatedAt) =
                (UserState.Active, [.. user.Roles.Union(Roles)], user.AccessVersion + 1, now);
        }

        await context.SaveChangesAsync(cancellationToken);
        return user is null ? "user.created" : "user.updated";
    }

    private static string NameOf(string email) =>
        email[..Math.Min(email.IndexOf('@', StringComparison.Ordinal), User.DisplayNameMaxLength)];

    /// <summary>
    /// A reset token in the Api's wire form: <c>prp_</c> and base64url of the tenant's id and 32 random bytes. Earlier ones of the user are
    /// worth nothing from then on.
    /// </summary>
    private static async Task<string> TokenAsync(AppDbContext context, Guid userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await context.PasswordResets
            .Where(reset => reset.UserId == userId && reset.UsedAt == null)
            .ExecuteUpdateAsync(reset => reset.SetProperty(row => row.UsedAt, now), cancellationToken);
        var token = "prp_" + Base64Url.EncodeToString([.. PlatformTenant.Id.ToByteArray(bigEndian: true), .. RandomNumberGenerator.GetBytes(32)]);
        context.Add(new PasswordReset
        {
            UserId = userId,
            TokenHash = SHA256.HashData(Encoding.ASCII.GetBytes(token)),
            CreatedAt = now,
            ExpiresAt = now + TokenLifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>In the platform's own trail; as the administrator of the server, for the owner may not write it.</summary>
    private static async Task RecordAsync(NpgsqlConnection connection, string action, Guid userId, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"RESET ROLE; SET LOCAL app.tenant_id = '{PlatformTenant.Id}'", cancellationToken);
        await connection.ScalarAsync<long>(
            """
            SELECT append_audit($1, $2, 'succeeded', 'system', NULL, 'user', $3, NULL, '{"roles": ["admin", "platform_admin"]}', NULL, NULL, NULL, NULL)
            """,
            cancellationToken, Guid.CreateVersion7(), action, userId.ToString());
    }
}
