using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Idempotency;

namespace ProductionReady.Api.Operations;

/// <summary>
/// <c>/api/v1/operations</c>: backups, their trials, and restores, as the Worker tells of them and is asked for them. People of the
/// platform's own tenant alone; no API key.
/// </summary>
public static class OperationEndpoints
{
    /// <summary>Path of one request, where its state is.</summary>
    public const string Requests = "/api/v1/operations/requests/";

    /// <summary>Maps them.</summary>
    public static void MapOperationEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var operations = endpoints.MapApiGroup("operations", "Operations");
        operations.MapGet("backups", ListBackups.HandleAsync)
            .WithName("listBackups").WithSummary("List the backups in the store, newest first").ForOperators()
            .Audited(AuditActions.PlatformOperationsRead)
            .Produces<BackupPage>().ProducesProblems(422);
        operations.MapPost("backups", RequestBackup.HandleAsync)
            .WithName("requestBackup").WithSummary("Have a backup made now").ForOperators()
            .Audited(AuditActions.BackupRequested).TakesIdempotencyKey()
            .Produces<OperationRequestView>(StatusCodes.Status202Accepted).ProducesProblems(413, 415);
        operations.MapGet("drills", ListDrills.HandleAsync)
            .WithName("listDrills").WithSummary("List the trials of restores, newest first").ForOperators()
            .Audited(AuditActions.PlatformOperationsRead)
            .Produces<DrillPage>().ProducesProblems(422);
        operations.MapGet("restores", ListRestores.HandleAsync)
            .WithName("listRestores").WithSummary("List what restores of one tenant were asked for, newest first").ForOperators()
            .Audited(AuditActions.PlatformOperationsRead)
            .Produces<OperationRequestPage>().ProducesProblems(422);
        operations.MapPost("restores", RequestRestore.HandleAsync)
            .WithName("requestRestore").WithSummary("Have it worked out what bringing one tenant back to a moment would change").ForOperators()
            .Audited(AuditActions.RestoreRequested).TakesIdempotencyKey()
            .Produces<OperationRequestView>(StatusCodes.Status202Accepted).ProducesProblems(404, 409, 413, 415, 422);
        operations.MapGet("requests/{id}", ReadRequest.HandleAsync)
            .WithName("readOperationRequest").WithSummary("Read how far a request is and what came of it").ForOperators()
            .Audited(AuditActions.PlatformOperationsRead)
            .Produces<OperationRequestView>().ProducesProblems(404);
        operations.MapGet("health", ReadHealth.HandleAsync)
            .WithName("readOperationHealth").WithSummary("Read how it stands with backups, log and disks").ForOperators()
            .Audited(AuditActions.PlatformOperationsRead)
            .Produces<OperationHealthView>();
    }

    private static RouteHandlerBuilder ForOperators(this RouteHandlerBuilder endpoint) =>
        endpoint.RequirePermission(Permissions.PlatformManage).RequireUser();
}
