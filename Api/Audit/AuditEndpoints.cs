using ProductionReady.Api.Audit.Reading;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Paging;

namespace ProductionReady.Api.Audit;

/// <summary><c>/api/v1/audit</c>: a tenant's administrators read its trail. Nothing here, or anywhere, changes it.</summary>
public static class AuditEndpoints
{
    private static readonly (string Name, string Description)[] Filters =
    [
        ("from", "Not before this time (RFC 3339)."),
        ("to", "Before this time (RFC 3339)."),
        ("action", "Exactly this action, such as user.created."),
        ("actor", "Id of the user or API key."),
        ("actorKind", "user, api_key, anonymous or system."),
        ("resourceType", "Exactly this kind of resource."),
        ("resourceId", "Exactly this resource."),
        ("outcome", "succeeded or refused."),
        ("address", "Exactly this network address."),
    ];

    /// <summary>Maps them.</summary>
    public static void MapAuditEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var audit = endpoints.MapApiGroup("audit", "Audit");
        audit.MapGet("", ListAudit.HandleAsync)
            .RequirePermission(Permissions.AuditRead)
            .WithName("listAudit").WithSummary("Read the audit trail, newest first")
            .TakesQuery(Filters).Pages()
            .ProducesProblems(StatusCodes.Status422UnprocessableEntity);
        audit.MapGet("export", ExportAudit.HandleAsync)
            .RequirePermission(Permissions.AuditRead)
            .Audited(AuditActions.AuditExported)
            .WithName("exportAudit").WithSummary("Export the audit trail as NDJSON or CSV, with the hashes to verify it by")
            .TakesQuery(Filters).TakesQuery(("format", "ndjson, unless given, or csv."))
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson", additionalContentTypes: "text/csv")
            .ProducesProblems(StatusCodes.Status422UnprocessableEntity);
        audit.MapGet("verification", VerifyAudit.HandleAsync)
            .RequirePermission(Permissions.AuditRead)
            .WithName("verifyAudit").WithSummary("Compute a stretch of the audit trail again and name the first bad entry")
            .ProducesProblems(StatusCodes.Status422UnprocessableEntity);
    }
}
