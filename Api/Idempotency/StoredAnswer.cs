using Microsoft.Extensions.Primitives;

namespace ProductionReady.Api.Idempotency;

/// <summary>An answer as the first request of a key got it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Header <c>Content-Type</c>.</param>
/// <param name="ETag">Header <c>ETag</c>.</param>
/// <param name="Location">Header <c>Location</c>.</param>
/// <param name="Body">The body, byte for byte.</param>
public sealed record StoredAnswer(int Status, string? ContentType, string? ETag, string? Location, byte[] Body)
{
    /// <summary>
    /// Whether a repeat should get it. Not what may be different next time though nothing was done: a failure of ours, a
    /// rate limit, credentials or permissions that can be renewed.
    /// </summary>
    public static bool IsFinal(int status) => status is < 500 and not (
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status408RequestTimeout
        or StatusCodes.Status429TooManyRequests);

    /// <summary>What stands in the response, with the body that was held back.</summary>
    public static StoredAnswer Of(HttpResponse response, byte[] body) => new(
        response.StatusCode, response.ContentType, Text(response.Headers.ETag), Text(response.Headers.Location), body);

    /// <summary>Answers with it, and says that it is a repeat.</summary>
    public Task ReplayAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.ETag = ETag;
        response.Headers.Location = Location;
        response.Headers[IdempotencyHeader.Replayed] = "true";
        return Body.Length == 0 ? Task.CompletedTask : response.Body.WriteAsync(Body, context.RequestAborted).AsTask();
    }

    private static string? Text(StringValues header) => header.Count == 0 ? null : header.ToString();
}
