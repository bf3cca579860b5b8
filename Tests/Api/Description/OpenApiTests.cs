using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Authorization;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Description;

public sealed class OpenApiTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly string[] Verbs = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    [Fact]
    public async Task Description_is_OpenAPI_3_1()
    {
        var document = await DocumentAsync();

        document.GetProperty("openapi").GetString().ShouldStartWith("3.1.");
        document.GetProperty("info").GetProperty("title").GetString().ShouldBe("ProductionReady");
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("Bearer").GetProperty("scheme").GetString().ShouldBe("bearer");
    }

    [Fact]
    public async Task Every_route_is_described_and_nothing_else_is()
    {
        var described = Operations(await DocumentAsync()).Select(operation => operation.Name);
        var routes = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"))
            .Where(name => !name.StartsWith("GET /openapi/", StringComparison.Ordinal));

        described.ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_a_summary_and_a_tag()
    {
        var operations = Operations(await DocumentAsync()).ToList();

        operations.Select(operation => operation.Json.GetProperty("operationId").GetString()).ShouldBeUnique();
        foreach (var (name, json) in operations)
        {
            json.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(name);
            json.GetProperty("tags").GetArrayLength().ShouldBe(1, name);
            Parameters(name).ShouldBeSubsetOf(
                json.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => parameter.GetProperty("name").GetString()!)
                    : [],
                name);
        }
    }

    [Fact]
    public async Task Every_operation_declares_its_success_and_its_problems()
    {
        foreach (var (name, json) in Operations(await DocumentAsync()))
        {
            var responses = json.GetProperty("responses");
            var statuses = responses.EnumerateObject().Select(response => response.Name).ToList();
            statuses.ShouldContain(status => status.StartsWith('2'), name);
            if (name.StartsWith("GET /health", StringComparison.Ordinal))
            {
                // Probes say how things are with a status and a body of their own.
                continue;
            }

            new[] { "429", "500", "503" }.ShouldBeSubsetOf(statuses, name);
            foreach (var response in responses.EnumerateObject().Where(response => response.Name[0] is '4' or '5'))
            {
                response.Value.GetProperty("content").EnumerateObject().ShouldHaveSingleItem($"{name} {response.Name}").Name.ShouldBe("application/problem+json");
            }

            if (json.TryGetProperty("requestBody", out _))
            {
                statuses.ShouldContain("400", name);
                statuses.ShouldContain("413", name);
                statuses.ShouldContain("415", name);
            }
        }
    }

    [Fact]
    public async Task Every_operation_that_is_not_open_asks_for_a_token_and_says_which_permission()
    {
        var document = await DocumentAsync();
        document.TryGetProperty("security", out _).ShouldBeFalse("Security is stated at each operation.");
        foreach (var (name, json) in Operations(document))
        {
            var open = AnonymousEndpoints.All.ContainsKey(name);
            var asked = json.TryGetProperty("security", out var security) && security.EnumerateArray().Any(one => one.TryGetProperty("Bearer", out _));
            asked.ShouldBe(!open, name);
            if (!open)
            {
                json.GetProperty("responses").TryGetProperty("401", out _).ShouldBeTrue(name);
            }

            if (json.GetProperty("responses").TryGetProperty("403", out _))
            {
                json.GetProperty("description").GetString()!.ShouldMatch("Needs the permission|For users who signed in", name);
            }
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        foreach (var reference in References(document))
        {
            reference.ShouldStartWith("#/");
            var found = document;
            foreach (var step in reference[2..].Split('/'))
            {
                found.TryGetProperty(step.Replace("~1", "/").Replace("~0", "~"), out found).ShouldBeTrue(reference);
            }
        }
    }

    private Task<JsonElement> DocumentAsync() => api.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

    private static IEnumerable<(string Name, JsonElement Json)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where Verbs.Contains(operation.Name)
        select ($"{operation.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}", operation.Value);

    private static IEnumerable<string> Parameters(string name) =>
        name.Split('{').Skip(1).Select(part => part[..part.IndexOf('}')]);

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
