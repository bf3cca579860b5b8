using System.Net;
using System.Text.Json;

namespace ProductionReady.Tests.Api.Contacts;

internal static class ProblemAnswer
{
    /// <summary>Checks that the answer is problem details of the status and, unless null, the code, and gives its body.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage answer, HttpStatusCode status, string? code)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(status, text);
            answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            var problem = JsonDocument.Parse(text).RootElement;
            problem.GetProperty("status").GetInt32().ShouldBe((int)status);
            problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
            problem.GetProperty("code").GetString().ShouldBe(code ?? problem.GetProperty("code").GetString());
            return problem;
        }
    }
}
