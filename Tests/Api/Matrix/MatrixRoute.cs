using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using ProductionReady.Api.Authorization;

namespace ProductionReady.Tests.Api.Matrix;

/// <summary>One endpoint and method of the running Api, and what its metadata say about its callers.</summary>
internal sealed record MatrixRoute(RouteEndpoint Endpoint, string Method)
{
    public string Pattern => "/" + Endpoint.RoutePattern.RawText!.Trim('/');

    public string? Name => Endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName;

    public EndpointAccess Access => Endpoint.Access();

    public string? Permission => Endpoint.Metadata.GetMetadata<RequiredPermission>()?.Permission;

    public bool NeedsUser => Endpoint.Metadata.GetMetadata<UserRequired>() is not null;

    public bool AllowsRestricted => Endpoint.Metadata.GetMetadata<RestrictedAllowed>() is not null;

    public bool TakesBody => Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null;

    /// <summary>Routing refuses a content type that the endpoint does not read before it is known who asks.</summary>
    public string ContentType => Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.FirstOrDefault() ?? "application/json";

    public bool Changes => Method is not ("GET" or "HEAD");

    /// <summary>What the route's parameters name, each as the pattern up to it: <c>/api/v1/contacts/{id}</c>.</summary>
    public IEnumerable<string> Resources => Endpoint.RoutePattern.Parameters.Select(parameter =>
        Pattern[..(Pattern.IndexOf($"{{{parameter.Name}", StringComparison.Ordinal) + parameter.Name.Length + 2)]);

    /// <summary>The path with what names the resources.</summary>
    public string Path(Func<string, string> idOf) => Resources.Aggregate(Pattern, (path, resource) =>
        path.Replace(resource[resource.LastIndexOf('{')..], idOf(resource), StringComparison.Ordinal));

    /// <summary>All of the running Api.</summary>
    public static IReadOnlyList<MatrixRoute> All(EndpointDataSource endpoints) =>
    [
        .. from route in endpoints.Endpoints.OfType<RouteEndpoint>()
           from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "PATCH", "DELETE"]
           select new MatrixRoute(route, method),
    ];

    public override string ToString() => $"{Method} {Pattern}";
}
