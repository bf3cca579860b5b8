using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProductionReady.Tests.Api;

internal static partial class ProblemAnswer
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
            problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
            problem.GetProperty("instance").GetString().ShouldStartWith("/");
            TraceId().IsMatch(problem.GetProperty("traceId").GetString()!).ShouldBeTrue(text);
            problem.GetProperty("code").GetString().ShouldBe(code ?? problem.GetProperty("code").GetString());
            problem.GetProperty("type").GetString().ShouldEndWith(problem.GetProperty("code").GetString()!);
            if (status == HttpStatusCode.Unauthorized)
            {
                answer.Headers.WwwAuthenticate.ShouldHaveSingleItem("RFC 9110 wants a challenge in every 401").Scheme.ShouldBe("Bearer");
            }

            return problem;
        }
    }

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex TraceId();
}
