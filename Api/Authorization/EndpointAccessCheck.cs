using Microsoft.AspNetCore.Authorization;

namespace ProductionReady.Api.Authorization;

/// <summary>
/// Refuses to start an Api whose routes and <see cref="AnonymousEndpoints"/> disagree: an endpoint that says nothing about
/// its callers, one that is open and not listed, or one that is listed and not open.
/// </summary>
public static class EndpointAccessCheck
{
    /// <summary>Call after the last endpoint is mapped.</summary>
    /// <exception cref="InvalidOperationException">Names each endpoint that is wrong.</exception>
    public static void CheckEndpointAccess(this IEndpointRouteBuilder endpoints)
    {
        var wrong = Differences(endpoints.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()).ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidOperationException("Endpoints whose callers are not settled: " + string.Join("; ", wrong));
        }
    }

    /// <summary>One sentence for each difference between the routes and the list; empty when they agree.</summary>
    public static IEnumerable<string> Differences(IEnumerable<RouteEndpoint> routes)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            var anonymous = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            if (!anonymous && route.Metadata.GetMetadata<IAuthorizeData>() is null && route.Metadata.GetMetadata<AuthorizationPolicy>() is null)
            {
                yield return $"{Name(route)} says nothing about its callers";
            }

            if (anonymous && open.Add(Name(route)) && !AnonymousEndpoints.All.ContainsKey(Name(route)))
            {
                yield return $"{Name(route)} is open and not in the list";
            }
        }

        foreach (var listed in AnonymousEndpoints.All.Keys.Where(listed => !open.Contains(listed)))
        {
            yield return $"{listed} is in the list and not open";
        }
    }

    private static string Name(RouteEndpoint route)
    {
        var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"];
        return $"{string.Join(',', methods)} /{route.RoutePattern.RawText?.Trim('/')}";
    }
}
