using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Json;
using ProductionReady.Api.Roles;
using ProductionReady.Api.Tenants.Plans;
using ProductionReady.Data;
using ProductionReady.Data.Archive;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Identity;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>What an import took in.</summary>
/// <param name="Roles">Roles of the tenant's own.</param>
/// <param name="Users">Users; none has a password yet: each one resets it, or signs in by an identity provider.</param>
/// <param name="Merged">Users with the caller's e-mail address, which is the caller: 0 or 1.</param>
/// <param name="Contacts">Contacts.</param>
/// <param name="NotImported">Files with lines in them that the archive has and an import leaves.</param>
public sealed record TenantImportReport(long Roles, long Users, long Merged, long Contacts, IReadOnlyList<LeftFile> NotImported);

/// <summary>A file of an archive that was checked and not taken in.</summary>
/// <param name="File">Its name, as in <c>user_identities.ndjson</c>.</param>
/// <param name="Rows">Lines in it.</param>
/// <param name="Reason">Why, and what to do instead.</param>
public sealed record LeftFile(string File, long Rows, string Reason);

/// <summary>
/// Takes a verified archive into the caller's new tenant, all of it or nothing. Ids and times stay; the tenant is the caller's. Nobody
/// else changes the tenant meanwhile.
/// </summary>
public sealed class TenantImport(AppDbContext database, AuditTrail audit, PlanCache plans, TimeProvider time)
{
    /// <summary>Takes it in; null when the tenant holds data already.</summary>
    /// <exception cref="ArchiveRefusedException">A row breaks a rule; nothing was stored.</exception>
    /// <exception cref="PlanLimitException">It is more than the plan allows; nothing was stored.</exception>
    internal async Task<TenantImportReport?> RunAsync(
        UploadedArchive archive, IReadOnlyList<ArchiveTable> tables, Principal principal, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);

        // Whoever adds a row of the tenant waits for this lock, through the foreign key.
        var tenant = (await database.Tenants.FromSql($"SELECT *, xmin FROM tenants WHERE id = {principal.TenantId} FOR UPDATE").ToListAsync(cancellationToken)).Single();
        if (tenant.State != TenantState.Active || await HoldsDataAsync(principal.UserId, cancellationToken))
        {
            return null;
        }

        var roles = await AddRolesAsync(archive, cancellationToken);
        await SetAsync(tenant, archive, roles, cancellationToken);
        var (users, merged) = await AddUsersAsync(archive, principal, roles, tenant.MaxUsers, cancellationToken);
        await database.SaveChangesAsync(cancellationToken);
        var contacts = await AddContactsAsync(archive, principal.TenantId, tenant.MaxContacts, cancellationToken);
        var taken = new { roles = roles.Count, users, merged, contacts };
        await audit.RecordAsync(
            new AuditEvent(AuditActions.TenantImported, AuditOutcome.Succeeded, "tenant", $"{tenant.Id}")
            {
                After = new { from = archive.Manifest.TenantId, archive.Manifest.ExportedAt, report = taken },
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        plans.Forget(tenant.Id);
        return new TenantImportReport(roles.Count, users, merged, contacts, [.. Left(archive, tables)]);
    }

    private static IEnumerable<LeftFile> Left(UploadedArchive archive, IReadOnlyList<ArchiveTable> tables) =>
        from file in archive.Manifest.Files
        join table in tables on file.Name equals table.File
        where table.NotImported is not null && file.Rows > 0
        select new LeftFile(file.Name, file.Rows, table.NotImported!);

    private async Task<bool> HoldsDataAsync(Guid callerId, CancellationToken cancellationToken) =>
        await database.Contacts.AnyAsync(cancellationToken) || await database.Roles.AnyAsync(cancellationToken)
        || await database.Users.AnyAsync(user => user.Id != callerId, cancellationToken);

    private async Task<HashSet<string>> AddRolesAsync(UploadedArchive archive, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var line in ArchiveLines.ReadAsync(archive, "roles.ndjson", cancellationToken))
        {
            var role = ImportedRows.Role(line);
            database.Roles.Add(
                !names.Add(role.Name) ? throw line.Refused("name is there twice")
                : names.Count > RoleRules.MaxRoles ? throw line.Refused($"a tenant can have {RoleRules.MaxRoles} roles of its own")
                : role);
        }

        return names;
    }

    private async Task SetAsync(Tenant tenant, UploadedArchive archive, HashSet<string> roles, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var line in ArchiveLines.ReadAsync(archive, "tenants.ndjson", cancellationToken))
        {
            (tenant.TimeZone, tenant.Language, tenant.RequireSecondFactor, tenant.SecondFactorRoles) = ImportedRows.Settings(line, roles);
            count++;
        }

        tenant.UpdatedAt = time.NowToStore();
        if (count != 1)
        {
            throw new ArchiveRefusedException("tenants.ndjson", "must have one line");
        }
    }

    private async Task<(long Users, long Merged)> AddUsersAsync(
        UploadedArchive archive, Principal principal, HashSet<string> roles, int? limit, CancellationToken cancellationToken)
    {
        var (ids, emails) = (new HashSet<Guid> { principal.UserId }, new SeenKeys());
        var callersEmail = await database.Users.Where(user => user.Id == principal.UserId).Select(user => user.EmailKey).SingleAsync(cancellationToken);
        long users = 0, active = 1, merged = 0;
        await foreach (var line in ArchiveLines.ReadAsync(archive, "users.ndjson", cancellationToken))
        {
            var user = ImportedRows.User(line, roles);
            if (emails.Add(user.Email.ToLowerInvariant(), line.Number) is not null)
            {
                throw line.Refused("email is there twice");
            }

            if (user.Email.ToLowerInvariant() == callersEmail)
            {
                merged++;
                continue;
            }

            if (!ids.Add(user.Id))
            {
                throw line.Refused("id is there twice, or is the caller's");
            }

            users++;
            active += user.State == UserState.Active ? 1 : 0;
            database.Users.Add(new User
            {
                Id = user.Id,
                Email = user.Email,
                DisplayName = user.DisplayName,
                Roles = user.Roles,
                State = user.State,
                CreatedAt = user.CreatedAt,
                UpdatedAt = user.UpdatedAt,
            });
        }

        return active > limit ? throw new PlanLimitException(Plan.Users, limit.Value) : (users, merged);
    }

    private async Task<long> AddContactsAsync(UploadedArchive archive, Guid tenantId, long? limit, CancellationToken cancellationToken)
    {
        var contacts = archive.Manifest.Files.Single(file => file.Name == "contacts.ndjson").Rows;
        if (contacts > limit)
        {
            throw new PlanLimitException(Plan.Contacts, limit.Value);
        }

        var (copy, keys) = (new ContactCopy((NpgsqlConnection)database.Database.GetDbConnection(), tenantId), new SeenKeys());
        await foreach (var line in ArchiveLines.ReadAsync(archive, "contacts.ndjson", cancellationToken))
        {
            var contact = ImportedRows.Contact(line);
            if (keys.Add(contact.Id.ToString(), line.Number) is not null)
            {
                throw line.Refused("id is there twice");
            }

            if (contact.Fields.Email is { } email && keys.Add(email.ToLowerInvariant(), line.Number) is not null)
            {
                throw line.Refused("email is there twice");
            }

            await copy.AddAsync(line.Number, contact, cancellationToken);
        }

        await copy.FlushAsync(cancellationToken);
        return contacts;
    }
}
