using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ProductionReady.Api.Idempotency;
using ProductionReady.Tests.Fixtures;
using static ProductionReady.Tests.Api.Idempotency.KeyedRequests;

namespace ProductionReady.Tests.Api.Idempotency;

public sealed class IdempotencyHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Ann = """{"name":"Ann","email":"ann@x.example"}""";
    private const string Bob = """{"name":"Bob"}""";

    [Theory]
    [InlineData("k1", "k1")]
    [InlineData("k2", "\"k2\"")]
    public async Task Repeat_gets_the_first_answer_when_the_request_is_the_same(string key, string again)
    {
        var user = await api.SignUpAsync();
        var first = await user.Client.PostAsync(key, Ann);
        first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
        first.Replayed.ShouldBeNull();
        first.ETag.ShouldNotBeNull();
        first.Location.ShouldNotBeNull();

        (await user.Client.PostAsync(again, Ann)).ShouldBe(first with { Replayed = "true" });
        (await user.CountContactsAsync()).ShouldBe(1);

        // Its ETag is the contact's own, although both were made in one transaction.
        using var read = await user.Client.GetAsync(first.Location);
        read.Headers.ETag!.ToString().ShouldBe(first.ETag);
        (await read.Content.ReadAsStringAsync()).ShouldBe(first.Body);
    }

    [Fact]
    public async Task Repeat_still_gets_the_first_answer_when_the_contact_is_gone()
    {
        var user = await api.SignUpAsync();
        var first = await user.Client.PostAsync("gone", Ann);
        (await user.Client.DeleteAsync(first.Location)).EnsureSuccessStatusCode();
        (await user.Client.PostAsync("gone", Ann)).ShouldBe(first with { Replayed = "true" });
        (await user.CountContactsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Requests_are_done_each_time_when_they_have_no_key_or_another()
    {
        var user = await api.SignUpAsync();
        foreach (var key in new[] { null, null, "a", "b" })
        {
            (await user.Client.PostAsync(key, Bob)).Status.ShouldBe(HttpStatusCode.Created);
        }

        (await user.CountContactsAsync()).ShouldBe(4);
        (await api.SqlAsync<long>($"SELECT count(*) FROM idempotency_keys WHERE tenant_id = '{user.TenantId}'")).ShouldBe(2);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\"open")]
    [InlineData("a, b")]
    public async Task Request_is_refused_when_its_key_is_malformed(string key)
    {
        var user = await api.SignUpAsync();
        (await user.Client.PostAsync(key, Bob)).ShouldBeProblem(HttpStatusCode.BadRequest, "idempotency_key_invalid");
        (await user.CountContactsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Key_is_refused_when_the_request_differs_in_anything_that_counts()
    {
        var user = await api.SignUpAsync();
        var first = await user.Client.PostAsync("k", Bob);
        foreach (var other in new[]
        {
            await user.Client.PostAsync("k", Bob + " "),
            await user.Client.SendAsync(HttpMethod.Post, ContactsPath + "?a=b", "k", Bob),
            await user.Client.SendAsync(HttpMethod.Post, ContactsPath, "k", Bob, "application/json; charset=utf-8"),
            await user.Client.SendAsync(HttpMethod.Post, ContactsPath, "k", Bob, ifMatch: "\"1\""),
            await user.Client.SendAsync(HttpMethod.Patch, first.Location!, "k", Bob),
        })
        {
            other.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        }

        (await user.CountContactsAsync()).ShouldBe(1);
        (await user.Client.PostAsync("k", Bob)).ShouldBe(first with { Replayed = "true" });
    }

    [Fact]
    public async Task Patch_is_made_once_when_it_is_repeated()
    {
        var user = await api.SignUpAsync();
        var bob = await user.Client.PostAsync(null, Bob);
        var first = await user.Client.SendAsync(HttpMethod.Patch, bob.Location!, "p", """{"age":7}""", "application/merge-patch+json", bob.ETag);
        first.Status.ShouldBe(HttpStatusCode.OK, first.Body);
        (await user.Client.SendAsync(HttpMethod.Patch, bob.Location!, "p", """{"age":7}""", "application/merge-patch+json", bob.ETag))
            .ShouldBe(first with { Replayed = "true" });
        using var read = await user.Client.GetAsync(bob.Location);
        read.Headers.ETag!.ToString().ShouldBe(first.ETag);
        (await user.Client.SendAsync(HttpMethod.Patch, bob.Location!, null, """{"age":7}""", "application/merge-patch+json", bob.ETag))
            .ShouldBeProblem(HttpStatusCode.PreconditionFailed, "contact_changed");
    }

    [Fact]
    public async Task Repeat_gets_the_same_refusal_when_the_first_was_refused_and_changed_nothing()
    {
        var user = await api.SignUpAsync();
        var ann = await user.Client.PostAsync(null, Ann);
        var bob = await user.Client.PostAsync(null, Bob);
        var nobody = $"{ContactsPath}/{Guid.CreateVersion7()}";
        (int Status, Func<Task<Answer>> Send)[] requests =
        [
            (409, () => user.Client.PostAsync("taken", Ann)),
            (422, () => user.Client.PostAsync("invalid", """{"name":""}""")),
            (400, () => user.Client.PostAsync("malformed", "{")),
            (409, () => user.Client.SendAsync(HttpMethod.Patch, bob.Location!, "patch-taken", """{"email":"ANN@x.example"}""")),
            (404, () => user.Client.SendAsync(HttpMethod.Patch, nobody, "nobody", "{}")),
        ];
        foreach (var (status, send) in requests)
        {
            var first = await send();
            ((int)first.Status).ShouldBe(status, first.Body);
            (await send()).ShouldBe(first with { Replayed = "true" });
        }

        (await user.Client.DeleteAsync(ann.Location)).EnsureSuccessStatusCode();
        (await requests[0].Send()).Code.ShouldBe("contact_email_taken");
        (await user.CountContactsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Refusal_too_long_to_be_kept_is_given_afresh_when_the_request_is_repeated()
    {
        var user = await api.SignUpAsync();
        var body = $$"""{"name":"x",{{string.Join(',', Enumerable.Range(0, 2500).Select(i => $"\"m{i}\":1"))}}}""";
        for (var i = 0; i < 2; i++)
        {
            var refused = await user.Client.PostAsync("long", body);
            refused.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "validation_failed");
            refused.Body.Length.ShouldBeGreaterThan(64 * 1024);
        }
    }

    [Fact]
    public async Task Body_is_refused_and_the_key_stays_free_when_it_is_too_large()
    {
        var user = await api.SignUpAsync();
        (await user.Client.PostAsync("large", $$"""{"name":"{{new string('x', 40_000)}}"}""")).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        (await user.Client.PostAsync("large", Bob)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Same_key_is_another_one_when_another_user_or_tenant_sends_it()
    {
        var one = await api.SignUpAsync();
        await api.SqlAsync($"""
            INSERT INTO users (tenant_id, id, email, display_name, password_hash, roles, state, created_at, updated_at)
            SELECT tenant_id, gen_random_uuid(), 'second@x.example', 'Second', password_hash, roles, state, now(), now()
            FROM users WHERE tenant_id = '{one.TenantId}'
            """);
        var second = await SignedIn.InAsync(api.NewClient, one.Slug, "second@x.example", one.Password);
        var other = await api.SignUpAsync();
        foreach (var (user, body) in new[] { (one, Bob), (second, """{"name":"Cid"}"""), (other, """{"name":"Dan"}""") })
        {
            var first = await user.Client.PostAsync("shared", body);
            first.Status.ShouldBe(HttpStatusCode.Created, first.Body);
            first.Replayed.ShouldBeNull();
            (await user.Client.PostAsync("shared", body)).ShouldBe(first with { Replayed = "true" });
        }

        (await one.CountContactsAsync()).ShouldBe(2);
        (await other.CountContactsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Key_is_free_again_when_it_has_expired()
    {
        var user = await api.SignUpAsync();
        var first = await user.Client.PostAsync("old", Bob);
        (await api.SqlAsync<bool>($"SELECT expires_at - created_at = interval '24 hours' FROM idempotency_keys WHERE tenant_id = '{user.TenantId}'")).ShouldBeTrue();
        await api.SqlAsync($"UPDATE idempotency_keys SET expires_at = now() WHERE tenant_id = '{user.TenantId}'");
        var second = await user.Client.PostAsync("old", """{"name":"Later"}""");
        second.Status.ShouldBe(HttpStatusCode.Created, second.Body);
        second.Location.ShouldNotBe(first.Location);
        (await user.Client.PostAsync("old", """{"name":"Later"}""")).ShouldBe(second with { Replayed = "true" });
    }

    [Fact]
    public async Task Key_stays_free_when_the_caller_was_refused_before_the_work()
    {
        var user = await api.SignUpAsync();
        using var nobody = api.NewClient();
        (await nobody.PostAsync("k", Bob)).ShouldBeProblem(HttpStatusCode.Unauthorized, "token_missing");
        (await user.Client.PostAsync("k", Bob)).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task OpenApi_declares_the_header_on_exactly_the_operations_that_take_it()
    {
        var document = await api.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Value.TryGetProperty("parameters", out var parameters)
                && parameters.EnumerateArray().Any(parameter =>
                    parameter.GetProperty("in").GetString() == "header" && parameter.GetProperty("name").GetString() == "Idempotency-Key"))
            .Select(operation => operation.Value.GetProperty("operationId").GetString());
        var taking = api.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<TakesIdempotencyKey>() is not null)
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName).ToList();
        taking.ShouldContain("createContact");
        operations.ShouldBe(taking, ignoreOrder: true);
    }
}
