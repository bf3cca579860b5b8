using System.Security.Cryptography;
using System.Text;
using Npgsql;
using ProductionReady.Data.Tenants;
using ProductionReady.ServiceDefaults;
using ProductionReady.Worker.Audit;
using ProductionReady.Worker.Backups.Tombstones;

namespace ProductionReady.Worker.Backups.OneTenant;

/// <summary>A tenant that may be brought back to an earlier moment.</summary>
/// <param name="Id">The tenant.</param>
/// <param name="Named">How the operator named it.</param>
/// <param name="Database">The database of its own where it lives; null for the shared one.</param>
public sealed record RestorableTenant(Guid Id, string Named, string? Database);

/// <summary>Finds it, unless it was erased: nothing of such a tenant is ever read from a backup.</summary>
public sealed class RestorableTenants(
    [FromKeyedServices(ResourceNames.WorkerDatabase)] NpgsqlDataSource home, BackupFolder folder, TombstoneCopies copies, IServiceScopeFactory scopes)
{
    /// <summary>By slug or id.</summary>
    /// <exception cref="UnknownTenantException">There is none of that name.</exception>
    /// <exception cref="BackupProblemException">It was erased, or is the platform's own.</exception>
    public async Task<RestorableTenant> FindAsync(string named, CancellationToken cancellationToken)
    {
        // This machine's folder may be new, and the database of an older backup: then the store alone knows who was erased.
        await copies.SynchronizeAsync(cancellationToken);
        var id = Guid.TryParseExact(named, "D", out var given) ? given : await BySlugAsync(named, cancellationToken);
        if (id is not { } tenantId)
        {
            await RefuseBuriedAsync("slug_hash = $1", named, SHA256.HashData(Encoding.UTF8.GetBytes(named)), cancellationToken);
            throw new UnknownTenantException(named);
        }

        await RefuseBuriedAsync(tenantId, named, cancellationToken);
        if (tenantId == PlatformTenant.Id)
        {
            throw new BackupProblemException("The platform's own tenant is not brought back: it holds nothing but operators.");
        }

        await using var connection = await home.OpenConnectionAsync(cancellationToken);
        if ((await connection.ReadAsync("SELECT tenants_among(ARRAY[$1])", _ => true, cancellationToken, tenantId)).Count == 0)
        {
            throw new UnknownTenantException(named);
        }

        var lives = await connection.ReadAsync(
            "SELECT database FROM tenant_placements WHERE id = $1 AND database IS NOT NULL", row => row.GetString(0), cancellationToken, tenantId);
        return new RestorableTenant(tenantId, named, lives.SingleOrDefault());
    }

    /// <summary>Refuses one that was erased or is being erased: the database says so, or a file beside the backups.</summary>
    /// <exception cref="BackupProblemException">It was.</exception>
    public async Task RefuseBuriedAsync(Guid tenantId, string named, CancellationToken cancellationToken)
    {
        if (TombstoneFile.Read(folder.Location, tenantId) is not null)
        {
            throw Erased(named);
        }

        await RefuseBuriedAsync("id = $1", named, tenantId, cancellationToken);
    }

    private async Task RefuseBuriedAsync(string condition, string named, object value, CancellationToken cancellationToken)
    {
        await using var connection = await home.OpenConnectionAsync(cancellationToken);
        if ((await connection.ReadAsync($"SELECT 1 FROM tombstones WHERE {condition}", _ => true, cancellationToken, value)).Count > 0)
        {
            throw Erased(named);
        }
    }

    private async Task<Guid?> BySlugAsync(string slug, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TenantDirectory>().FindBySlugAsync(slug, cancellationToken);
    }

    private static BackupProblemException Erased(string named) =>
        new($"The tenant '{named}' was erased or is being erased; it is not brought back from a backup.");
}
