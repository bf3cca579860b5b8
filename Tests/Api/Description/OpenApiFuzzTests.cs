using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Description;

/// <summary>
/// Sends every operation that takes a body, as its description tells, bodies that nobody sane would send: the answer is
/// success or problem details, and never the server's fault. The seed is fixed; a failure names the request.
/// </summary>
public sealed class OpenApiFuzzTests(ApiFixture api, ITestOutputHelper output) : IClassFixture<ApiFixture>
{
    private const int Seed = 20_261_121;
    private const int RequestsAnOperation = 45;

    [Fact]
    public async Task No_body_makes_the_server_fail()
    {
        output.WriteLine($"Seed {Seed}");
        var document = await api.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var random = new Random(Seed);
        var bodies = new FuzzBodies(random, document);
        var statuses = new SortedDictionary<HttpStatusCode, int>();

        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(operation => operation.Value.TryGetProperty("requestBody", out _)))
            {
                // A tenant for each: some bodies make sense, and change what its administrator may do afterwards.
                var client = (await api.SignUpAsync()).Client;
                using var contact = await client.PostAsJsonAsync("/api/v1/contacts", new { name = "Ann", email = "ann@x.example" });
                var id = (await contact.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
                var content = operation.Value.GetProperty("requestBody").GetProperty("content").EnumerateObject().ToList();
                for (var i = 0; i < RequestsAnOperation; i++)
                {
                    var declared = content[i % content.Count];
                    var (type, bytes) = bodies.Next(declared.Name, declared.Value);
                    using var request = new HttpRequestMessage(new HttpMethod(operation.Name.ToUpperInvariant()), path.Name.Replace("{id}", id));
                    request.Content = new ByteArrayContent(bytes);
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
                    var answer = await client.SendAsync(request);
                    statuses[answer.StatusCode] = statuses.GetValueOrDefault(answer.StatusCode) + 1;
                    await ShouldBeFineAsync(answer, $"{request.Method} {path.Name}, request {i}, {type}: {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 3_000)))}");
                }
            }
        }

        output.WriteLine(string.Join(", ", statuses.Select(status => $"{(int)status.Key}: {status.Value}")));
        statuses.Values.Sum().ShouldBeGreaterThanOrEqualTo(300);
        statuses.Keys.ShouldContain(HttpStatusCode.BadRequest);
        statuses.Keys.ShouldContain(HttpStatusCode.UnprocessableEntity);
        statuses.Keys.ShouldContain(HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task ShouldBeFineAsync(HttpResponseMessage answer, string request)
    {
        ((int)answer.StatusCode).ShouldBeLessThan(500, $"{request}\n{await answer.Content.ReadAsStringAsync()}");
        if (!answer.IsSuccessStatusCode)
        {
            answer.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/problem+json"), request);
            await answer.ShouldBeProblemAsync(answer.StatusCode, code: null);
        }

        answer.Dispose();
    }
}
