namespace ProductionReady.Api.Errors;

/// <summary>Problem details for an error status that came without a body.</summary>
public static class StatusProblems
{
    /// <summary>The problem that was noted for this request with <see cref="Note"/>, or the one its status alone tells.</summary>
    public static ApiProblem For(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (context.Features.Get<NotedProblem>() is { } noted && noted.Problem.Status == status)
        {
            return noted.Problem;
        }

        var path = context.Request.Path;
        return status switch
        {
            StatusCodes.Status401Unauthorized => Problems.Unauthorized("token_missing", "Send an access token: Authorization: Bearer …"),
            StatusCodes.Status403Forbidden => Problems.Forbidden("permission_missing", "The caller's credentials do not permit this."),
            StatusCodes.Status404NotFound => Problems.NotFound("route_not_found", $"There is nothing at {path}."),
            StatusCodes.Status405MethodNotAllowed => new ApiProblem(status, "method_not_allowed", "Method not allowed")
            {
                Detail = $"{context.Request.Method} is not for {path}; see the header Allow.",
            },
            StatusCodes.Status413PayloadTooLarge => Problems.TooLarge("Send less in one request."),
            StatusCodes.Status415UnsupportedMediaType => Problems.UnsupportedMediaType("This endpoint reads another content type."),
            >= 500 => new ApiProblem(status, "internal_error", "Something went wrong here"),
            _ => new ApiProblem(status, "request_refused", "The request was refused"),
        };
    }

    /// <summary>Remembers a more exact problem for a status that a framework component will set.</summary>
    public static void Note(HttpContext context, ApiProblem problem) => context.Features.Set(new NotedProblem(problem));

    private sealed record NotedProblem(ApiProblem Problem);
}
