using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ProductionReady.Api.Errors;

/// <summary>
/// An error answer: RFC 9457 problem details as <c>application/problem+json</c> with the members <c>type</c>,
/// <c>title</c>, <c>status</c>, <c>detail</c>, <c>instance</c> and the extensions <c>code</c>, <c>traceId</c>,
/// <c>errors</c> (field to messages) and <c>challenge</c>. Every error of the Api leaves through this type; see <see cref="Problems"/>.
/// </summary>
/// <param name="status">HTTP status, 400 to 599.</param>
/// <param name="code">What a program branches on: lower case words joined by underscores.</param>
/// <param name="title">The kind of error in a few words, the same for each occurrence.</param>
public sealed class ApiProblem(int status, string code, string title) : IResult, IStatusCodeHttpResult
{
    /// <summary>Media type of every error answer.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>What every 401 must ask for (RFC 9110, section 15.5.2), unless the bearer handler has said more.</summary>
    private const string Challenge = "Bearer realm=\"productionready\"";

    /// <summary>HTTP status.</summary>
    public int Status => status;

    /// <summary>What a program branches on.</summary>
    public string Code => code;

    /// <summary>What happened this time, for a person; never a stack trace, SQL or a secret.</summary>
    public string? Detail { get; init; }

    /// <summary>Messages by field, in the wire's names (<c>admin.email</c>, <c>items[0].name</c>).</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>A secret: what to send with the second factor.</summary>
    public string? SignInChallenge { get; init; }

    /// <summary>When to try again; becomes <c>Retry-After</c> in whole seconds, rounded up.</summary>
    public TimeSpan? RetryAfter { get; init; }

    int? IStatusCodeHttpResult.StatusCode => status;

    /// <summary>Writes the answer; the response must not have started.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized && response.Headers.WWWAuthenticate.Count == 0)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        var body = new ProblemBody
        {
            Type = "urn:productionready:problem:" + code,
            Title = title,
            Status = status,
            Detail = Detail,
            Instance = httpContext.Request.PathBase + httpContext.Request.Path,
            Code = code,
            TraceId = Activity.Current?.TraceId.ToHexString() ?? httpContext.TraceIdentifier,
            Errors = Errors,
            Challenge = SignInChallenge,
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, ProblemJson.Readable.ProblemBody);
        response.ContentType = ContentType;
        response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(bytes, httpContext.RequestAborted).AsTask();
    }
}
