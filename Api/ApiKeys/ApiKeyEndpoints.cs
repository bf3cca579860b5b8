using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.ApiKeys;

/// <summary>Routes of API keys.</summary>
public static class ApiKeyEndpoints
{
    /// <summary>Maps <c>/api/v1/api-keys</c>. No API key may call them, see <see cref="ApiKeyScopes"/>.</summary>
    public static void MapApiKeyEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var keys = endpoints.MapApiGroup("api-keys", "API keys").RequireUser().RequirePermission(Permissions.ApiKeyManage);
        keys.MapGet("", ListApiKeys.HandleAsync)
            .WithName("listApiKeys").WithSummary("List API keys")
            .ProducesProblems(422);
        keys.MapPost("", CreateApiKey.HandleAsync)
            .WithName("createApiKey").WithSummary("Make an API key; the key is shown once")
            .Audited(AuditActions.ApiKeyCreated)
            .ProducesProblems(413, 415, 422);
        keys.MapGet("{id}", ListApiKeys.ReadAsync)
            .WithName("readApiKey").WithSummary("Read what an API key is")
            .ProducesProblems(404);
        keys.MapDelete("{id}", RevokeApiKey.HandleAsync)
            .WithName("revokeApiKey").WithSummary("Revoke an API key")
            .Audited(AuditActions.ApiKeyRevoked)
            .ProducesProblems(404);
    }
}
