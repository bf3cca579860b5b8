using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Api.Matrix;
using ProductionReady.Tests.Api.Users;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Description;

/// <summary>
/// Sends every operation, as its description tells, bodies, ids and query parameters that nobody sane would send: the answer is
/// success or problem details, and never the server's fault. The seed is fixed; a failure names the request.
/// </summary>
public sealed class OpenApiFuzzTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private const int Seed = 20_261_121;
    private const int RequestsAnOperation = 45;
    private const int QueriesAnOperation = 12;

    private readonly ConcurrentDictionary<HttpStatusCode, int> _statuses = new();

    [Fact]
    public async Task No_body_makes_the_server_fail()
    {
        var operations = (await OperationsAsync()).Where(operation => operation.Json.TryGetProperty("requestBody", out _)).ToList();
        var document = await DocumentAsync();
        var good = 0;
        await ForEachAsync(operations, async (operation, random, client) =>
        {
            var bodies = new FuzzBodies(random, document);
            var content = operation.Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().ToList();
            content.ShouldNotBeEmpty(operation.ToString());
            var path = await RealPathAsync(operation, client);
            for (var i = 0; i < RequestsAnOperation; i++)
            {
                var declared = content[i % content.Count];

                // Every third one is a good body with one thing wrong, which gets past the first checks.
                var (type, bytes) = i % 3 == 0 && SampleBodies.Of(operation.Id) is { } sample
                    ? (declared.Name, bodies.Mutated(sample))
                    : bodies.Next(declared.Name, declared.Value);
                using var request = new HttpRequestMessage(operation.Method, path) { Content = new ByteArrayContent(bytes) };
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                await ShouldBeFineAsync(client, request, $"request {i}, {type}: {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 3_000)))}");
            }

            Interlocked.Increment(ref good);
        });

        good.ShouldBe(operations.Count, "Every operation that takes a body was sent some.");
        operations.Count.ShouldBeGreaterThanOrEqualTo(15);
        _statuses.Keys.ShouldContain(HttpStatusCode.BadRequest);
        _statuses.Keys.ShouldContain(HttpStatusCode.UnprocessableEntity);
        _statuses.Keys.ShouldContain(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Sample_bodies_are_there_for_every_operation_that_takes_json()
    {
        // Else mutations of a good body would be none.
        foreach (var operation in (await OperationsAsync()).Where(TakesJson))
        {
            SampleBodies.Of(operation.Id).ShouldNotBeNull($"{nameof(SampleBodies)} needs a good body of {operation}.");
        }
    }

    [Fact]
    public async Task No_id_and_no_query_makes_the_server_fail()
    {
        var operations = await OperationsAsync();
        var document = await DocumentAsync();
        await ForEachAsync(operations, async (operation, random, client) =>
        {
            var bodies = new FuzzBodies(random, document);
            for (var i = 0; i < QueriesAnOperation; i++)
            {
                var path = operation.PathWith(_ => Uri.EscapeDataString(bodies.Word() is { Length: > 0 } word ? word : "-"));
                var query = string.Join('&', operation.Queries.Append("nonsense").Where(_ => random.Next(2) == 0)
                    .Select(name => $"{name}={Uri.EscapeDataString(bodies.Word())}"));
                using var request = new HttpRequestMessage(operation.Method, query.Length == 0 ? path : $"{path}?{query}");
                if (operation.Method != HttpMethod.Get && SampleBodies.Of(operation.Id) is { } sample)
                {
                    request.Content = new StringContent(sample, MediaTypeHeaderValue.Parse("application/json"));
                }

                await ShouldBeFineAsync(client, request, $"request {i}");
            }
        });
    }

    private static bool TakesJson(FuzzOperation operation) =>
        operation.Json.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").EnumerateObject().Any(content => content.Name.Contains("json", StringComparison.Ordinal));

    /// <summary>
    /// Each operation in a tenant of its own, as its administrator, for some operations end what others need; those of the platform
    /// as one of its administrators.
    /// </summary>
    private async Task ForEachAsync(IReadOnlyList<FuzzOperation> operations, Func<FuzzOperation, Random, HttpClient, Task> probe)
    {
        output.WriteLine($"Seed {Seed}, {operations.Count} operations");
        await Parallel.ForEachAsync(operations, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (operation, _) =>
        {
            var member = operation.IsOfThePlatform
                ? await api.AddMemberAsync(await api.PlatformAsync(), ["platform_admin"])
                : await api.AddMemberAsync(await MatrixCaller.TenantAsync(api), ["admin"]);
            using var client = member.Client;
            await probe(operation, new Random(Seed + operation.Id.Sum(c => c)), client);
        });
        output.WriteLine(string.Join(", ", _statuses.OrderBy(status => status.Key).Select(status => $"{(int)status.Key}: {status.Value}")));
    }

    private async Task<string> RealPathAsync(FuzzOperation operation, HttpClient client)
    {
        // What the platform changes are other tenants.
        var tenantId = operation.IsOfThePlatform ? await MatrixCaller.TenantAsync(api) : await TenantIdAsync(client);
        var admin = new SignedIn(client, tenantId, "", "", "", "", "");
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in operation.Resources)
        {
            ids[resource] = await MatrixResources.Makers[resource](api, admin);
        }

        return operation.PathWith(resource => ids[resource]);
    }

    private static async Task<Guid> TenantIdAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("tenant").GetProperty("id").GetGuid();

    private Task<JsonElement> DocumentAsync() => api.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

    private async Task<IReadOnlyList<FuzzOperation>> OperationsAsync() => FuzzOperation.All(await DocumentAsync());

    private async Task ShouldBeFineAsync(HttpClient client, HttpRequestMessage request, string what)
    {
        using var answer = await client.SendAsync(request);
        _statuses.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
        var name = $"{request.Method} {request.RequestUri}, {what}";
        ((int)answer.StatusCode).ShouldBeLessThan(500, $"{name}\n{await answer.Content.ReadAsStringAsync()}");
        if ((int)answer.StatusCode >= 400)
        {
            answer.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/problem+json"), name);
            await answer.ShouldBeProblemAsync(answer.StatusCode, code: null);
        }
    }
}
