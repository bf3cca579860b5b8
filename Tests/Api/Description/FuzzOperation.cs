using System.Text.Json;

namespace ProductionReady.Tests.Api.Description;

/// <summary>An operation of an OpenAPI description.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Pattern">Path with parameters in braces.</param>
/// <param name="Json">What the description says.</param>
internal sealed record FuzzOperation(HttpMethod Method, string Pattern, JsonElement Json)
{
    public string Id => Json.GetProperty("operationId").GetString()!;

    /// <summary>Whether only the platform's administrators may do it.</summary>
    public bool IsOfThePlatform => Pattern.StartsWith("/api/v1/platform/", StringComparison.Ordinal) || Pattern.StartsWith("/api/v1/operations/", StringComparison.Ordinal);

    /// <summary>Names of the query parameters.</summary>
    public IReadOnlyList<string> Queries => Parameters("query");

    /// <summary>The pattern up to each parameter.</summary>
    public IEnumerable<string> Resources => Parameters("path").Select(name => Pattern[..(Pattern.IndexOf($"{{{name}}}", StringComparison.Ordinal) + name.Length + 2)]);

    /// <summary>The path with what its parameters are to be.</summary>
    public string PathWith(Func<string, string> valueOf) => Resources.Aggregate(
        Pattern, (path, resource) => path.Replace(resource[resource.LastIndexOf('{')..], valueOf(resource), StringComparison.Ordinal));

    public static IReadOnlyList<FuzzOperation> All(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where operation.Value.ValueKind == JsonValueKind.Object && operation.Value.TryGetProperty("operationId", out _)
           select new FuzzOperation(new HttpMethod(operation.Name.ToUpperInvariant()), path.Name, operation.Value),
    ];

    public override string ToString() => $"{Method} {Pattern}";

    private List<string> Parameters(string place) => Json.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == place).Select(parameter => parameter.GetProperty("name").GetString()!)]
        : [];
}
