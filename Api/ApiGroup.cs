using ProductionReady.Api.Errors;

namespace ProductionReady.Api;

/// <summary>The part of the route tree that all of the Api's endpoints share.</summary>
public static class ApiGroup
{
    /// <summary>
    /// <c>/api/v1/{path}</c>, tagged in OpenAPI. Signing in is required unless an endpoint says otherwise, and the errors that
    /// any endpoint may answer with are declared here once.
    /// </summary>
    public static RouteGroupBuilder MapApiGroup(this IEndpointRouteBuilder endpoints, string path, string tag) =>
        endpoints.MapGroup("/api/v1/" + path)
            .WithTags(tag)
            .RequireAuthorization()
            .ProducesProblems(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError,
                StatusCodes.Status503ServiceUnavailable);
}
