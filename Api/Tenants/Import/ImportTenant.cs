using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Options;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Contacts.Import;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Tenants.Export;
using ProductionReady.Data;
using ProductionReady.Data.Archive;

namespace ProductionReady.Api.Tenants.Import;

/// <summary>
/// <c>POST /api/v1/tenant/import</c>: takes an archive into a tenant that holds nothing yet but the caller. What is wrong with it is
/// answered with the file and the line.
/// </summary>
public static class ImportTenant
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    /// <summary>Handles a request.</summary>
    public static async Task<IResult> HandleAsync(
        HttpContext http, Principal principal, AppDbContext database, TenantImport import, ImportSlots slots, IOptions<TenantOptions> options,
        CancellationToken cancellationToken)
    {
        if (!string.Equals(http.Request.ContentType, ExportTenant.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return Problems.UnsupportedMediaType($"Send the archive as {ExportTenant.MediaType}.");
        }

        if (!slots.TryEnter())
        {
            return Problems.Unavailable("imports_busy", Retry, "As many imports as this server runs at once are running.");
        }

        try
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = options.Value.ImportMaxBytes;
            }

            await using var archive = await UploadedArchive.ReceiveAsync(http.Request.Body, cancellationToken);
            var tables = ArchiveTable.All(database.GetService<IDesignTimeModel>().Model);
            await archive.VerifyAsync(tables, options.Value.ImportMaxUnpackedBytes, cancellationToken);
            return await import.RunAsync(archive, principal, cancellationToken) is { } report
                ? TypedResults.Ok(report)
                : Problems.Conflict("tenant_not_empty", "An archive is taken into a new tenant alone: one that is active, without contacts, roles or other users.");
        }
        catch (ArchiveRefusedException refused)
        {
            return new ApiProblem(StatusCodes.Status422UnprocessableEntity, "archive_refused", "The request cannot be processed")
            {
                Detail = "The archive was not taken; nothing was stored.",
                Errors = new Dictionary<string, string[]> { [refused.Place] = [refused.Reason] },
            };
        }
        finally
        {
            slots.Leave();
        }
    }
}
