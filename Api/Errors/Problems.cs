namespace ProductionReady.Api.Errors;

/// <summary>The errors the Api answers with, one factory a status. Codes are snake_case and never change meaning.</summary>
public static class Problems
{
    /// <summary>400: the request itself cannot be read.</summary>
    public static ApiProblem BadRequest(string code, string detail) =>
        new(StatusCodes.Status400BadRequest, code, "The request cannot be read") { Detail = detail };

    /// <summary>401: no, or no valid, credentials.</summary>
    public static ApiProblem Unauthorized(string code, string detail) =>
        new(StatusCodes.Status401Unauthorized, code, "Authentication is required") { Detail = detail };

    /// <summary>403: the caller is known but lacks a permission.</summary>
    public static ApiProblem Forbidden(string code, string detail) =>
        new(StatusCodes.Status403Forbidden, code, "Not permitted") { Detail = detail };

    /// <summary>404: nothing of that name in the caller's tenant. Another tenant's things are not found either.</summary>
    public static ApiProblem NotFound(string code, string detail) =>
        new(StatusCodes.Status404NotFound, code, "Not found") { Detail = detail };

    /// <summary>409: the request contradicts what is stored, as a name that is taken does, or what runs; then it may wait.</summary>
    public static ApiProblem Conflict(string code, string detail, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status409Conflict, code, "Conflict") { Detail = detail, RetryAfter = retryAfter };

    /// <summary>409: the tenant's plan allows no more; <c>errors</c> names the limit.</summary>
    public static ApiProblem PlanLimit(string limit, long allowed) =>
        new(StatusCodes.Status409Conflict, "plan_limit_reached", "Conflict")
        {
            Detail = $"The plan's limit {limit} of {allowed} is reached.",
            Errors = new Dictionary<string, string[]> { [limit] = [$"The plan allows {allowed}."] },
        };

    /// <summary>412: <c>If-Match</c> names a version that is no longer current (RFC 9110, section 13.1.1).</summary>
    public static ApiProblem PreconditionFailed(string code, string detail) =>
        new(StatusCodes.Status412PreconditionFailed, code, "Precondition failed") { Detail = detail };

    /// <summary>413: the body is larger than this endpoint takes.</summary>
    public static ApiProblem TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "body_too_large", "The body is too large") { Detail = detail };

    /// <summary>415: this endpoint does not read that content type.</summary>
    public static ApiProblem UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "Unsupported media type") { Detail = detail };

    /// <summary>422: the request was read, and these fields break a rule.</summary>
    public static ApiProblem Validation(FieldErrors errors) =>
        new(StatusCodes.Status422UnprocessableEntity, "validation_failed", "Some fields are not valid")
        {
            Detail = "See errors for each field.",
            Errors = errors.ToDictionary(),
        };

    /// <summary>422: the request was read, but cannot be done as asked for a reason that is no single field's.</summary>
    public static ApiProblem Unprocessable(string code, string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, code, "The request cannot be processed") { Detail = detail };

    /// <summary>429: over a rate limit (RFC 6585); the wait becomes <c>Retry-After</c>.</summary>
    public static ApiProblem TooManyRequests(TimeSpan retryAfter, string detail) => TooManyRequests("rate_limited", retryAfter, detail);

    /// <summary>429 for another reason.</summary>
    public static ApiProblem TooManyRequests(string code, TimeSpan retryAfter, string detail) =>
        new(StatusCodes.Status429TooManyRequests, code, "Too many requests") { Detail = detail, RetryAfter = retryAfter };

    /// <summary>503: something this service needs does not answer; the wait becomes <c>Retry-After</c>.</summary>
    public static ApiProblem Unavailable(string code, TimeSpan retryAfter, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, code, "Temporarily unavailable") { Detail = detail, RetryAfter = retryAfter };
}
