using System.Globalization;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Errors;
using ProductionReady.ServiceDefaults.Health;

namespace ProductionReady.Api.RateLimits;

/// <summary>
/// Rate limits, in two places of the pipeline: by address before authentication, so that a flood costs no signature check;
/// by principal and tenant right after it, since only then they are known. Probes are exempt.
/// </summary>
public sealed class RateLimitMiddleware(RequestDelegate next, RateLimiter limiter, RateLimitStage stage)
{
    /// <summary>Answers 429, or goes on.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var refused = stage == RateLimitStage.Address ? await ByAddressAsync(context) : await ByPrincipalAsync(context);
        await (refused?.ExecuteAsync(context) ?? next(context));
    }

    private async ValueTask<ApiProblem?> ByAddressAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(HealthEndpoints.Path, StringComparison.Ordinal))
        {
            return null;
        }

        var address = context.Connection.RemoteIpAddress;
        return await TakeAsync(context, RateLimitKey.Of(RateLimitPolicy.Address, address))
            ?? (context.GetEndpoint()?.Metadata.GetMetadata<RateLimitedBy>() is { } strict
                ? await TakeAsync(context, RateLimitKey.Of(strict.Policy, address))
                : null);
    }

    private async ValueTask<ApiProblem?> ByPrincipalAsync(HttpContext context) =>
        context.Features.Get<Principal>() is { } principal
            ? await TakeAsync(context, RateLimitKey.Of(RateLimitPolicy.Principal, principal.SubjectId))
                ?? await TakeAsync(context, RateLimitKey.Of(RateLimitPolicy.Tenant, principal.TenantId))
            : null;

    private async ValueTask<ApiProblem?> TakeAsync(HttpContext context, RateLimitKey key) =>
        await limiter.TakeAsync(key) is { } decision ? RateLimitHeaders.Apply(context, decision) : null;
}

/// <summary>Which of the two places.</summary>
public enum RateLimitStage
{
    /// <summary>Before authentication.</summary>
    Address,

    /// <summary>After it.</summary>
    Principal,
}

/// <summary>Metadata of an endpoint with a stricter limit by address.</summary>
/// <param name="Policy">The limit.</param>
public sealed record RateLimitedBy(RateLimitPolicy Policy);

/// <summary>Tells callers where they stand: the headers of draft-ietf-httpapi-ratelimit-headers.</summary>
public static class RateLimitHeaders
{
    /// <summary>
    /// Sets <c>RateLimit-Policy</c> and <c>RateLimit</c>, of the strictest policy when several apply, and gives the problem when
    /// the request was refused. The parameter <c>scope=process</c> says that Redis is away and one instance counts alone.
    /// </summary>
    public static ApiProblem? Apply(HttpContext context, RateLimitDecision decision)
    {
        var seen = context.Features.Get<Strictest>();
        if (!decision.Allowed || seen is null || Share(decision) < seen.Share)
        {
            context.Features.Set(new Strictest(Share(decision)));
            var name = decision.Policy.ToString().ToLowerInvariant();
            var scope = decision.ThisProcessOnly ? ";scope=process" : "";
            context.Response.Headers["RateLimit-Policy"] = string.Create(
                CultureInfo.InvariantCulture, $"\"{name}\";q={decision.Limit};w={(long)decision.Window.TotalSeconds}{scope}");
            context.Response.Headers["RateLimit"] = string.Create(
                CultureInfo.InvariantCulture, $"\"{name}\";r={decision.Left};t={(long)Math.Ceiling(decision.Reset.TotalSeconds)}");
        }

        return decision.Allowed ? null : Problems.TooManyRequests(decision.Reset, $"The limit by {decision.Policy} is reached.");
    }

    private static double Share(RateLimitDecision decision) => (double)decision.Left / decision.Limit;

    private sealed record Strictest(double Share);
}
