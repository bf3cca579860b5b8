using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Storage;
using ProductionReady.Data;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Tenants.Export;

/// <summary>
/// <c>GET /api/v1/tenant/export</c>: all of the tenant's data as one ZIP file, of one moment. It is recorded before the first byte leaves:
/// an export that breaks off has told something too.
/// </summary>
public sealed partial class ExportTenant(TenantDatabase connections, AppDbContext database, AuditTrail audit, TimeProvider time, ILogger<ExportTenant> logger)
{
    /// <summary>Media type of archives.</summary>
    public const string MediaType = "application/zip";

    /// <summary>Handles a request.</summary>
    public static Task<IResult> HandleAsync(HttpContext http, Principal principal, ExportTenant export, CancellationToken cancellationToken) =>
        export.RunAsync(http, principal.TenantId, cancellationToken);

    private async Task<IResult> RunAsync(HttpContext http, Guid tenantId, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (await database.Tenants.Select(tenant => tenant.Slug).SingleOrDefaultAsync(cancellationToken) is not { } slug)
        {
            return Problems.NotFound("tenant_not_found", "The tenant was erased.");
        }

        await using var snapshot = await TenantSnapshot.TryOpenAsync(connections, tenantId, cancellationToken);
        if (snapshot is null)
        {
            return Problems.Conflict("export_running", "Another export of this tenant is running; try again when it has ended.");
        }

        await audit.RecordAsync(
            new AuditEvent(AuditActions.TenantExported, AuditOutcome.Succeeded, "tenant", $"{tenantId}") { After = new { snapshot.At } }, cancellationToken);
        http.Response.ContentType = MediaType;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{slug}-{snapshot.At.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.zip\"";
        try
        {
            // The model at run time knows no more of columns that are computed; the one of design time does.
            var source = new ArchiveSource(
                tenantId, slug, database.Database.GetMigrations().Last(), database.GetService<IDesignTimeModel>().Model);
            var manifest = await TenantArchive.WriteAsync(snapshot, source, http.Response.Body, cancellationToken);
            LogExported(tenantId, manifest.Files.Sum(file => file.Rows), manifest.Files.Sum(file => file.Bytes), time.GetElapsedTime(started).TotalSeconds);
        }
        catch (Exception exception)
        {
            LogBrokenOff(tenantId, exception.Message);
            throw;
        }

        return TypedResults.Empty;
    }

    [LoggerMessage(LogLevel.Information, "Exported tenant {TenantId}: {Rows} rows, {Bytes} bytes before packing, in {Seconds} s")]
    private partial void LogExported(Guid tenantId, long rows, long bytes, double seconds);

    [LoggerMessage(LogLevel.Warning, "An export of tenant {TenantId} broke off: {Reason}")]
    private partial void LogBrokenOff(Guid tenantId, string reason);
}
