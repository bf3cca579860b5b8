using System.Collections.Frozen;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Api.Audit;

/// <summary>
/// Refuses to start an Api with an endpoint that writes and does not say what it records: <c>Audited</c> with its actions, or
/// <c>NotAuditedBecause</c>. What users do in their daily work (contacts, events, receivers, groups) is no administration and
/// need not say; any other permission, a new one too, is.
/// </summary>
public static class EndpointAuditCheck
{
    private static readonly FrozenSet<string> DailyWork = new[] { "contact", "event", "receiver", "group" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> Reading = new[] { "GET", "HEAD", "OPTIONS" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Call after the last endpoint is mapped.</summary>
    /// <exception cref="InvalidOperationException">Names each endpoint that does not say.</exception>
    public static void CheckEndpointAudit(this IEndpointRouteBuilder endpoints)
    {
        var silent = Silent(endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()).ToList();
        if (silent.Count > 0)
        {
            throw new InvalidOperationException("Endpoints that write and do not say what they record: " + string.Join("; ", silent));
        }
    }

    /// <summary>Method and route of each endpoint that writes and does not say what it records.</summary>
    public static IEnumerable<string> Silent(IEnumerable<RouteEndpoint> routes) =>
        from route in routes
        let methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where methods.Any(method => !Reading.Contains(method)) && !IsDailyWork(route)
        where route.Metadata.GetMetadata<Audited>() is null && route.Metadata.GetMetadata<NotAudited>() is null
        select $"{string.Join(',', methods)} /{route.RoutePattern.RawText?.Trim('/')}";

    private static bool IsDailyWork(RouteEndpoint route) =>
        route.Metadata.GetMetadata<RequiredPermission>() is { } required && DailyWork.Contains(required.Permission.Split(':')[0]);
}
