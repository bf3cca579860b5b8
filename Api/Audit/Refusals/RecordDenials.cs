using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using ProductionReady.Api.Authorization;
using ProductionReady.Data.Audit;

namespace ProductionReady.Api.Audit.Refusals;

/// <summary>Records requests of known callers that were not permitted, before they are answered with 403.</summary>
public sealed class RecordDenials(RefusalBudget budget) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _answer = new();

    /// <inheritdoc/>
    public async Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Forbidden && context.Features.Get<Principal>() is { } principal)
        {
            await RecordAsync(context, principal);
        }

        await _answer.HandleAsync(next, context, policy, authorizeResult);
    }

    private async Task RecordAsync(HttpContext context, Principal principal)
    {
        var endpoint = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.Trim('/');
        var subject = $"{context.Request.Method} /{endpoint}";
        var actor = AuditActor.Of(principal);
        if (budget.TryTake(new RefusalKey(principal.TenantId, AuditActions.PermissionDenied, actor.Kind, actor.Id, subject)))
        {
            await context.RequestServices.GetRequiredService<AuditTrail>().RecordAsync(
                new AuditEvent(AuditActions.PermissionDenied, AuditOutcome.Refused, "endpoint", subject)
                {
                    After = new { path = context.Request.Path.Value, permission = context.GetEndpoint()?.Metadata.GetMetadata<RequiredPermission>()?.Permission },
                },
                context.RequestAborted);
        }
    }
}
