using System.Net;
using ProductionReady.Tests.Api.Idempotency;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Contacts;

public sealed class ContactMemberNamesTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("POST", """{"name":"Ann","\udc00\ud800":1}""")]
    [InlineData("POST", """{"name":"Ann","address":{"\ud800":1}}""")]
    [InlineData("PATCH", """{"address":{"a":[{"\udc00":1}]}}""")]
    public async Task Name_that_is_half_of_a_surrogate_pair_is_the_clients_error(string method, string body)
    {
        var user = await api.SignUpAsync();
        using var made = await user.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, KeyedRequests.ContactsPath) { Content = new StringContent("""{"name":"Bob"}""", System.Text.Encoding.UTF8, "application/json") });
        var path = method == "POST" ? KeyedRequests.ContactsPath : made.Headers.Location!.ToString();

        (await user.Client.SendAsync(new HttpMethod(method), path, null, body)).ShouldBeProblem(HttpStatusCode.BadRequest, "invalid_character");
    }
}
