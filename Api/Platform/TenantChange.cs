using Microsoft.EntityFrameworkCore;
using Npgsql;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Api.Tenants;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenancy;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Platform;

/// <summary>
/// A change of another tenant by the operator: made in a scope of that tenant, so that row-level security holds, and recorded in its
/// trail and in the platform's, all in one transaction.
/// </summary>
/// <remarks>
/// Of a tenant in a database of its own, the change and its trail are committed there; then the directory at home and the platform's
/// trail follow. A process that dies in between leaves the change in the tenant's trail alone, and the directory to the Worker.
/// </remarks>
public sealed class TenantChange(
    IServiceScopeFactory scopes, TenantGate gate, DirectoryMirror mirror, AuditTrail platform, PlatformTenants tenants, TimeProvider time)
{
    /// <summary>Makes a change and answers the tenant as it is then.</summary>
    /// <param name="id">The tenant's id as it stands in the path.</param>
    /// <param name="action">What is recorded.</param>
    /// <param name="change">Changes the row that it is given and whatever goes with it; a problem from it undoes all.</param>
    /// <param name="cancellationToken">Ends the work; nothing has happened then.</param>
    public async Task<IResult> MakeAsync(
        string id, string action, Func<ChangedTenant, Task<ApiProblem?>> change, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(id, "D", out var tenantId))
        {
            return ReadPlatformTenant.NotFound();
        }

        if (tenantId == PlatformTenant.Id)
        {
            return Problems.Conflict("platform_tenant", "The platform's own tenant is always there, without limits.");
        }

        if (await MakeAsync(tenantId, action, change, cancellationToken) is { } problem)
        {
            return problem;
        }

        return await tenants.FindAsync(tenantId, cancellationToken) is { } row
            ? TypedResults.Ok(PlatformTenantView.Of(row))
            : ReadPlatformTenant.NotFound();
    }

    private async Task<ApiProblem?> MakeAsync(
        Guid tenantId, string action, Func<ChangedTenant, Task<ApiProblem?>> change, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TenantContext>().EnterAsync(tenantId, cancellationToken);
        var database = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await TenantRow.LockAsync(database, cancellationToken) is not { } tenant)
        {
            return ReadPlatformTenant.NotFound();
        }

        var before = Shown(tenant);
        var now = time.NowToStore();
        var changed = new ChangedTenant(tenant, scope.ServiceProvider, now);
        if (await change(changed) is { } problem)
        {
            return problem;
        }

        tenant.UpdatedAt = now;
        await database.SaveChangesAsync(cancellationToken);
        var entry = new AuditEvent(action, AuditOutcome.Succeeded, "tenant", $"{tenantId}") { Before = before, After = Shown(tenant) };
        await scope.ServiceProvider.GetRequiredService<AuditTrail>().RecordAsync(entry, cancellationToken);
        if (gate.PoolOf(tenantId).Database is null)
        {
            await CompleteAsync((NpgsqlConnection)database.Database.GetDbConnection(), entry, changed, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return null;
        }

        await transaction.CommitAsync(cancellationToken);
        await mirror.RefreshAsync(tenantId);
        await using var home = await gate.Home.Sessions.OpenConnectionAsync(CancellationToken.None);
        await using var atHome = await home.BeginTransactionAsync(CancellationToken.None);
        await CompleteAsync(home, entry, changed, CancellationToken.None);
        await atHome.CommitAsync(CancellationToken.None);
        return null;
    }

    /// <summary>What is no tenant's.</summary>
    private async Task CompleteAsync(NpgsqlConnection home, AuditEvent entry, ChangedTenant changed, CancellationToken cancellationToken)
    {
        if (changed.HastensErasure)
        {
            await using var hasten = new NpgsqlCommand("SELECT hasten_erasure()", home);
            await hasten.ExecuteNonQueryAsync(cancellationToken);
        }

        await platform.RecordWithinAsync(home, entry, cancellationToken);
    }

    private static object Shown(Tenant tenant) => new
    {
        state = Data.Conventions.StoredText.Of(tenant.State),
        tenant.SuspendedReason,
        tenant.EraseAfter,
        limits = TenantLimits.Of(tenant),
    };
}

/// <summary>A tenant that is being changed.</summary>
/// <param name="Row">Its row, locked.</param>
/// <param name="Services">Of the tenant's scope.</param>
/// <param name="Now">The time of the change.</param>
public sealed record ChangedTenant(Tenant Row, IServiceProvider Services, DateTimeOffset Now)
{
    /// <summary>The Worker is to look now for tenants to erase, and not when it is due.</summary>
    public bool HastensErasure { get; set; }
}
