using System.Diagnostics;

namespace ProductionReady.Api.Requests;

/// <summary>
/// One line for a request that was slow (a second or more, Warning); the others at Debug, for traces and metrics tell about
/// them at a fraction of the cost. Failures are told by <see cref="Errors.ErrorBoundary"/>, with their reason.
/// </summary>
public sealed partial class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> logger)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>Times the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        await next(context);
        var took = time.GetElapsedTime(began);
        var level = took >= Slow ? LogLevel.Warning : LogLevel.Debug;
        if (logger.IsEnabled(level))
        {
            LogRequest(
                level, context.Request.Method, context.Request.Path, context.Response.StatusCode, took.TotalMilliseconds,
                context.TraceIdentifier, Activity.Current?.TraceId.ToHexString());
        }
    }

    [LoggerMessage("{Method} {Path} answered {Status} in {Milliseconds:F1} ms (request {RequestId}, trace {TraceId})")]
    private partial void LogRequest(
        LogLevel level, string method, string path, int status, double milliseconds, string requestId, string? traceId);
}
