using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProductionReady.Tests.Fixtures;

namespace ProductionReady.Tests.Api.Identity;

public sealed class SignUpHttpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Tenants = "/api/v1/tenants";

    [Fact]
    public async Task Sign_up_makes_a_tenant_and_its_administrator_and_shows_no_password()
    {
        var body = Body("acme-1", "Ada@Acme.example");
        body["name"] = "  Acme Łódź 株式会社 ";

        using var answer = await api.Client.PostAsJsonAsync(Tenants, body);

        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        text.ShouldNotContain("assword");
        var made = JsonDocument.Parse(text).RootElement;
        made.GetProperty("tenant").GetProperty("name").GetString().ShouldBe("Acme Łódź 株式会社");
        made.GetProperty("tenant").GetProperty("state").GetString().ShouldBe("active");
        made.GetProperty("user").GetProperty("email").GetString().ShouldBe("Ada@Acme.example");
        made.GetProperty("user").GetProperty("roles")[0].GetString().ShouldBe("admin");
    }

    [Theory]
    [InlineData("name", "")]
    [InlineData("name", "   ")]
    [InlineData("name", "bell\u0007")]
    [InlineData("name", "101*")]
    [InlineData("slug", "a")]
    [InlineData("slug", "-a")]
    [InlineData("slug", "a-")]
    [InlineData("slug", "Acme")]
    [InlineData("slug", "ac me")]
    [InlineData("slug", "ac_me")]
    [InlineData("slug", "ünder")]
    [InlineData("slug", "acme\n")]
    [InlineData("slug", "64*")]
    [InlineData("admin.email", "ada")]
    [InlineData("admin.email", "ada@acme")]
    [InlineData("admin.email", "ada@acme..example")]
    [InlineData("admin.email", "ada@b@acme.example")]
    [InlineData("admin.email", "a da@acme.example")]
    [InlineData("admin.email", "@acme.example")]
    [InlineData("admin.email", "ada@acme.example\r\nBcc: x@y.example")]
    [InlineData("admin.displayName", "")]
    [InlineData("admin.displayName", "101*")]
    [InlineData("admin.password", "short")]
    [InlineData("admin.password", "aaaaaaaaaaaaaaaa")]
    [InlineData("admin.password", "129*")]
    [InlineData("admin.password", "guessable@acme.example")]
    public async Task Sign_up_is_refused_naming_the_field_that_breaks_a_rule(string field, string value)
    {
        var body = Body($"s{Guid.NewGuid():n}", "guessable@acme.example");
        var path = field.Split('.');
        var text = value.EndsWith('*') ? string.Concat(Enumerable.Range(0, int.Parse(value[..^1])).Select(i => (char)('a' + (i % 26)))) : value;
        (path.Length == 2 ? body[path[0]]! : body)[path[^1]] = text;

        var problem = await (await api.Client.PostAsJsonAsync(Tenants, body)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task Sign_up_is_refused_naming_every_field_that_breaks_a_rule()
    {
        var body = new { name = "", slug = "-", admin = new { email = "", displayName = "", password = "" } };

        var problem = await (await api.Client.PostAsJsonAsync(Tenants, body)).ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name)
            .ShouldBe(["name", "slug", "admin.email", "admin.displayName", "admin.password"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("api")]
    [InlineData("www")]
    public async Task Sign_up_is_refused_under_a_name_that_looks_like_ours(string slug)
    {
        var problem = await (await api.Client.PostAsJsonAsync(Tenants, Body(slug, "ada@acme.example")))
            .ShouldBeProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");

        problem.GetProperty("errors").GetProperty("slug").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Sign_up_is_a_conflict_when_the_slug_is_taken()
    {
        var first = await api.SignUpAsync();

        await (await api.Client.PostAsJsonAsync(Tenants, Body(first.Slug, "other@acme.example"))).ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_slug_taken");
    }

    [Fact]
    public async Task One_of_many_sign_ups_for_the_same_slug_at_once_succeeds_and_leaves_no_half_of_another()
    {
        var slug = $"s{Guid.NewGuid():n}";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            api.NewClient().PostAsJsonAsync(Tenants, Body(slug, $"user{i}@acme.example"))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            await answer.ShouldBeProblemAsync(HttpStatusCode.Conflict, "tenant_slug_taken");
        }

        // An update that changes nothing counts the rows.
        (await api.ExecuteAsync("UPDATE users SET roles = roles WHERE tenant_id IN (SELECT id FROM tenants WHERE slug = $1)", slug)).ShouldBe(1);
        (await api.ExecuteAsync("UPDATE tenants SET name = name WHERE slug = $1", slug)).ShouldBe(1);
    }

    private static JsonObject Body(string slug, string email) => new()
    {
        ["name"] = "Acme",
        ["slug"] = slug,
        ["admin"] = new JsonObject { ["email"] = email, ["displayName"] = "Ada", ["password"] = "correct horse battery staple" },
    };
}
