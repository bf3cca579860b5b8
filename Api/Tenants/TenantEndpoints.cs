using ProductionReady.Api.Audit;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.Api.RateLimits;

namespace ProductionReady.Api.Tenants;

/// <summary><c>/api/v1/tenants</c></summary>
public static class TenantEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapTenantEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var tenants = endpoints.MapApiGroup("tenants", "Tenants");
        tenants.MapPost("", SignUp.HandleAsync)
            .WithName("signUp")
            .WithSummary("Sign up: a new tenant with its first administrator")
            .AllowAnonymousBecause(AnonymousEndpoints.SignUp)
            .RateLimitBy(RateLimitPolicy.SignUp)
            .Audited(AuditActions.TenantCreated)
            .ProducesProblems(
                StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity);
    }
}
