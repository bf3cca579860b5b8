using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using ProductionReady.ServiceDefaults.Stopping;

namespace ProductionReady.ServiceDefaults.Health;

/// <summary>The probes, mapped in every environment: an orchestrator needs them most in production.</summary>
public static class HealthEndpoints
{
    /// <summary>All of them start with this.</summary>
    public const string Path = "/health";

    private const string Stopping = "stopping";

    /// <summary>
    /// <c>/health/live</c>: 200 while the process answers. <c>/health/ready</c>: 503 when a check fails or the service was told
    /// to stop. <c>/health</c>: all of it for a person, with the same status as ready.
    /// </summary>
    public static IEndpointConventionBuilder MapDefaultEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup(Path).AllowAnonymous().WithTags("Health").DisableHttpMetrics();
        health.AddEndpointFilter(async (context, next) =>
        {
            LeaveOutOfTraces();
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        health.MapGet("/live", () => TypedResults.Ok(Live)).WithName("getLiveness").WithSummary("Whether the process answers");
        health.MapGet("/ready", ReadyAsync).WithName("getReadiness").WithSummary("Whether requests should be sent here")
            .Produces<HealthBody>().Produces<HealthBody>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("", ReadyAsync).WithName("getHealth").WithSummary("The state of everything this service needs")
            .Produces<HealthBody>().Produces<HealthBody>(StatusCodes.Status503ServiceUnavailable);
        return health;
    }

    private static readonly HealthBody Live = new(Name(HealthStatus.Healthy), new Dictionary<string, string>());

    private static async Task<IResult> ReadyAsync(HealthReports reports, DrainState drain, CancellationToken cancellationToken)
    {
        var report = await reports.LatestAsync(cancellationToken);
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => Name(entry.Value.Status));
        var status = report.Status;
        if (drain.IsDraining)
        {
            checks[Stopping] = Name(status = HealthStatus.Unhealthy);
        }

        return TypedResults.Json(
            new HealthBody(Name(status), checks),
            statusCode: status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static string Name(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    private static void LeaveOutOfTraces()
    {
        if (Activity.Current is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
