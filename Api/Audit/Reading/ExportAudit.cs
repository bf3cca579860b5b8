using Microsoft.Extensions.Primitives;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Reading;

/// <summary>
/// <c>GET /api/v1/audit/export</c>: all entries that match, oldest first, as NDJSON (<c>format=ndjson</c>, the default) or CSV,
/// ended by a record that holds the trail's last hash. The export itself is recorded before its first byte leaves, and is
/// its last entry.
/// </summary>
public static class ExportAudit
{
    private const int PageSize = 2000;
    private static readonly string[] OwnParameters = ["format"];

    /// <summary>Handles it.</summary>
    public static async Task<IResult> HandleAsync(
        HttpContext context, Principal principal, AuditReads audit, AuditTrail trail, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var errors = new FieldErrors();
        var filter = AuditFilter.Read(query, OwnParameters, errors);
        var format = StringValues.IsNullOrEmpty(query["format"]) ? "ndjson" : query["format"].ToString();
        errors.Require(format is "csv" or "ndjson", "format", "Must be ndjson or csv.");
        if (errors.Any)
        {
            return Problems.Validation(errors);
        }

        await trail.RecordAsync(
            new AuditEvent(AuditActions.AuditExported, AuditOutcome.Succeeded, "audit", null) { After = new { format, filter = Shown(query) } }, cancellationToken);
        var head = await audit.HeadAsync(principal.TenantId, cancellationToken) ?? new AuditAnchor(0, AuditHash.Beginning);
        var page = await audit.OldestAsync(principal.TenantId, filter, after: 0, PageSize, cancellationToken);
        var response = context.Response;
        response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format}\"";
        await using IAuditWriter writer = format == "csv" ? new CsvAuditWriter(response.Body) : new NdjsonAuditWriter(response.Body);
        await writer.StartAsync(cancellationToken);
        long entries = 0;
        while (page.Count > 0)
        {
            foreach (var entry in page.Where(entry => entry.Seq <= head.Seq))
            {
                await writer.WriteAsync(entry, cancellationToken);
                entries++;
            }

            await writer.FlushAsync(cancellationToken);
            page = page.Count < PageSize || page[^1].Seq >= head.Seq
                ? []
                : await audit.OldestAsync(principal.TenantId, filter, page[^1].Seq, PageSize, cancellationToken);
        }

        var end = new AuditExportEnd(
            principal.TenantId, entries, filter.IsEmpty, head.Seq, Convert.ToHexStringLower(head.Hash), AuditHash.Encoding);
        await writer.EndAsync(end, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        return TypedResults.Empty;
    }

    private static Dictionary<string, string> Shown(IQueryCollection query) =>
        query.Where(parameter => parameter.Key != "format").ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());
}
