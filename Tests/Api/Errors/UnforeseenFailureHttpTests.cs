using System.Net;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Errors;

public sealed class UnforeseenFailureHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task What_nobody_foresaw_is_500_and_tells_nothing_but_its_trace()
    {
        var user = await api.SignUpAsync();
        await api.ExecuteAsync("ALTER TABLE contacts RENAME COLUMN name TO renamed");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/contacts");
        request.Headers.Add("X-Request-Id", "kept");

        var answer = await user.Client.SendAsync(request);

        answer.Headers.GetValues("X-Request-Id").ShouldBe(["kept"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var problem = await answer.ShouldBeProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        problem.GetRawText().ShouldNotContain("contacts.");
        problem.GetRawText().ShouldNotContain("column");
        problem.GetRawText().ShouldNotContain("Npgsql");
        problem.GetRawText().ShouldNotContain(" at ");
    }
}
