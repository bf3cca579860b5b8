using ProductionReady.Api.Audit;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;
using ProductionReady.Api.Versions;
using ProductionReady.Data;
using ProductionReady.Data.Audit;
using ProductionReady.Data.Placement;
using ProductionReady.Data.Tenants;

namespace ProductionReady.Api.Tenants;

/// <summary>What to change of a tenant; what is left out, or null, stays as it is.</summary>
/// <param name="Name">1 to 100 printable characters.</param>
/// <param name="TimeZone">Of the IANA database, such as <c>Europe/Paris</c>.</param>
/// <param name="Language">BCP 47 tag, such as <c>pt-BR</c>.</param>
public sealed record TenantPatch(string? Name = null, string? TimeZone = null, string? Language = null);

/// <summary><c>PATCH /api/v1/tenant</c></summary>
public static class ChangeTenant
{
    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        TenantPatch patch, HttpContext http, AppDbContext database, DirectoryMirror mirror, AuditTrail audit, TimeProvider time, CancellationToken cancellationToken)
    {
        var errors = Check(patch);
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (await TenantRow.LockAsync(database, cancellationToken) is not { } tenant)
        {
            return Problems.NotFound("tenant_not_found", "The tenant was erased.");
        }

        if (!EntityVersion.Known(http.Request).Include(tenant.Version))
        {
            return Problems.PreconditionFailed("tenant_changed", "The tenant is no longer in a version that If-Match names; read it again.");
        }

        var before = Shown(tenant);
        tenant.Name = patch.Name?.Trim() ?? tenant.Name;
        tenant.TimeZone = patch.TimeZone ?? tenant.TimeZone;
        tenant.Language = patch.Language ?? tenant.Language;
        if (!database.ChangeTracker.HasChanges())
        {
            audit.NothingChanged();
            return ReadTenant.Answer(tenant, http.Response);
        }

        tenant.UpdatedAt = time.NowToStore();
        await audit.SaveAsync(
            new AuditEvent(AuditActions.TenantUpdated, AuditOutcome.Succeeded, "tenant", $"{tenant.Id}") { Before = before, After = Shown(tenant) },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await mirror.RefreshAsync(tenant.Id);
        return ReadTenant.Answer(tenant, http.Response);
    }

    private static FieldErrors Check(TenantPatch patch)
    {
        var errors = new FieldErrors();
        if (patch.Name is { } name)
        {
            TenantRules.CheckName(errors, "name", name);
        }

        if (patch.TimeZone is { } timeZone)
        {
            TenantRules.CheckTimeZone(errors, "timeZone", timeZone);
        }

        if (patch.Language is { } language)
        {
            TenantRules.CheckLanguage(errors, "language", language);
        }

        return errors;
    }

    private static object Shown(Tenant tenant) => new { tenant.Name, tenant.TimeZone, tenant.Language };
}
