namespace ProductionReady.Api.Authorization;

/// <summary>
/// Refuses to start an Api whose endpoints do not each say who may call them: anybody for a listed reason
/// (<see cref="AnonymousEndpoints"/>), the owner of what it works on by a listed rule (<see cref="OwnerPolicy"/>), or whoever
/// has the permission it names. What is listed must exist, too.
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

    /// <summary>One sentence for each difference between the routes and the lists; empty when they agree.</summary>
    public static IEnumerable<string> Differences(IEnumerable<RouteEndpoint> routes)
    {
        var open = new HashSet<string>(StringComparer.Ordinal);
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            var name = Name(route);
            switch (route.Access())
            {
                case EndpointAccess.Anonymous:
                    if (open.Add(name) && !AnonymousEndpoints.All.ContainsKey(name))
                    {
                        yield return $"{name} is open and not in the list";
                    }

                    break;
                case EndpointAccess.SignedIn or EndpointAccess.User:
                    if (own.Add(name) && !OwnerPolicy.All.ContainsKey(name))
                    {
                        yield return $"{name} needs no permission and is not in the owner's policy";
                    }

                    break;
                case EndpointAccess.Permission:
                    var permission = route.Metadata.GetMetadata<RequiredPermission>()!.Permission;
                    if (permission != Permissions.PlatformManage && !Permissions.OfTenants.Contains(permission))
                    {
                        yield return $"{name} needs {permission}, which nobody can have";
                    }

                    break;
                default:
                    yield return $"{name} names no permission";
                    break;
            }
        }

        foreach (var listed in AnonymousEndpoints.All.Keys.Where(listed => !open.Contains(listed)))
        {
            yield return $"{listed} is in the list and not open";
        }

        foreach (var listed in OwnerPolicy.All.Keys.Where(listed => !own.Contains(listed)))
        {
            yield return $"{listed} is in the owner's policy and is no endpoint of a user's own";
        }
    }

    /// <summary>Method and route pattern, as the lists name an endpoint.</summary>
    public static string Name(RouteEndpoint route)
    {
        var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"];
        return $"{string.Join(',', methods)} /{route.RoutePattern.RawText?.Trim('/')}";
    }
}
