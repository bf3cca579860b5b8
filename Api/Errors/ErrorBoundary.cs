using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace ProductionReady.Api.Errors;

/// <summary>
/// The one place where what went wrong becomes an answer: an exception through <see cref="ExceptionProblems"/>, and a bare
/// error status (an unknown route, a method that is not allowed, a refused token) through <see cref="StatusProblems"/>.
/// The framework's exception handler is not used because it wipes headers that are already set, the request id among them.
/// </summary>
public sealed partial class ErrorBoundary(RequestDelegate next, ILogger<ErrorBoundary> logger)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ApiProblem? problem;
        try
        {
            await next(context);
            if (context.Response.HasStarted || context.Response.StatusCode < 400 || context.Response.ContentType is not null)
            {
                return;
            }

            problem = StatusProblems.For(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer, and nothing of ours is wrong.
            context.Response.StatusCode = context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception exception)
        {
            problem = ExceptionProblems.For(exception);
            Report(context, problem, exception);
            if (context.Response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }

            RemoveBodyHeaders(context.Response);
        }

        await problem.ExecuteAsync(context);
    }

    private void Report(HttpContext context, ApiProblem problem, Exception exception)
    {
        if (problem.Status < StatusCodes.Status500InternalServerError)
        {
            return;
        }

        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("error.type", exception.GetType().FullName));
        Activity.Current?.AddException(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(context.Request.Method, context.Request.Path, exception);
        }
        else
        {
            LogUnavailable(context.Request.Method, context.Request.Path, problem.Code, exception.GetBaseException().Message);
        }
    }

    private static void RemoveBodyHeaders(HttpResponse response)
    {
        response.Headers.ContentLength = null;
        response.Headers.ETag = default;
        response.Headers.Location = default;
        response.Headers.ContentDisposition = default;
        response.Headers.ContentEncoding = default;
        response.Headers.CacheControl = "no-store";
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFailed(string method, string path, Exception exception);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} answered {Code}: {Reason}")]
    private partial void LogUnavailable(string method, string path, string code, string reason);
}
