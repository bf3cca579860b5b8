using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Authorization;

public sealed partial class AnonymousEndpointsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private IEnumerable<RouteEndpoint> Routes => api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void List_and_routes_agree() => EndpointAccessCheck.Differences(Routes).ShouldBeEmpty();

    [Fact]
    public void Every_listed_endpoint_has_a_reason() => AnonymousEndpoints.All.Values.ShouldAllBe(reason => reason.Length > 20);

    [Fact]
    public void Check_tells_what_is_open_and_not_listed_and_what_is_listed_and_not_open()
    {
        var routes = Routes.ToList();
        var open = routes.First(route => route.RoutePattern.RawText == "/health/live");
        var renamed = new RouteEndpoint(_ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse("/api/v1/secrets"), 0, open.Metadata, null);
        var silent = new RouteEndpoint(_ => Task.CompletedTask, open.RoutePattern, 0, new(new HttpMethodMetadata(["GET"])), null);

        EndpointAccessCheck.Differences([.. routes, renamed]).ShouldBe(["GET /api/v1/secrets is open and not in the list"]);
        EndpointAccessCheck.Differences(routes.Except([open])).ShouldBe(["GET /health/live is in the list and not open"]);
        EndpointAccessCheck.Differences([.. routes, silent]).ShouldBe(["GET /health/live names no permission"]);
    }

    [Fact]
    public void Check_tells_what_names_no_permission_and_is_no_owners_own()
    {
        var routes = Routes.ToList();
        var signedIn = Route("/api/v1/secrets", new HttpMethodMetadata(["GET"]), new Microsoft.AspNetCore.Authorization.AuthorizeAttribute());
        var user = Route("/api/v1/secrets", new HttpMethodMetadata(["PUT"]), UserRequired.Instance);
        var any = Route("/api/v1/secrets", new HttpMethodMetadata(["POST"]), SignInRequired.Instance);
        var misspelt = Route("/api/v1/secrets", new HttpMethodMetadata(["DELETE"]), new RequiredPermission("secret:delete"));
        var me = routes.First(route => EndpointAccessCheck.Name(route) == "GET /api/v1/auth/me");

        EndpointAccessCheck.Differences([.. routes, signedIn]).ShouldBe(["GET /api/v1/secrets names no permission"]);
        EndpointAccessCheck.Differences([.. routes, user]).ShouldBe(["PUT /api/v1/secrets needs no permission and is not in the owner's policy"]);
        EndpointAccessCheck.Differences([.. routes, any]).ShouldBe(["POST /api/v1/secrets needs no permission and is not in the owner's policy"]);
        EndpointAccessCheck.Differences([.. routes, misspelt]).ShouldBe(["DELETE /api/v1/secrets needs secret:delete, which nobody can have"]);
        EndpointAccessCheck.Differences(routes.Except([me])).ShouldBe(["GET /api/v1/auth/me is in the owner's policy and is no endpoint of a user's own"]);

        static RouteEndpoint Route(string pattern, params object[] metadata) => new(
            _ => Task.CompletedTask, Microsoft.AspNetCore.Routing.Patterns.RoutePatternFactory.Parse(pattern), 0, new(metadata), null);
    }

    [Fact]
    public void Every_endpoint_names_a_permission_or_is_listed_with_its_reason()
    {
        var unsettled = Routes.Where(route => route.Access() == EndpointAccess.Unsettled).Select(EndpointAccessCheck.Name);
        unsettled.ShouldBeEmpty();
        OwnerPolicy.All.Values.ShouldAllBe(rule => rule.Length > 20);
    }

    [Fact]
    public async Task Every_route_that_is_not_listed_answers_401_without_a_token()
    {
        var probed = 0;
        foreach (var route in Routes)
        {
            var path = Parameter().Replace("/" + route.RoutePattern.RawText!.Trim('/'), "01a1fde3-b897-720b-b858-6308eb3157e4");
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "PATCH", "DELETE"])
            {
                if (AnonymousEndpoints.All.ContainsKey($"{method} /{route.RoutePattern.RawText.Trim('/')}"))
                {
                    continue;
                }

                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                await (await api.Client.SendAsync(request)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "token_missing");
                probed++;
            }
        }

        probed.ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public async Task Open_endpoints_ignore_a_token_that_is_not_good()
    {
        foreach (var path in (string[])["/health/live", "/health/ready", "/health", "/.well-known/jwks.json", "/openapi/v1.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer nonsense");
            using var answer = await api.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Parameter();
}
