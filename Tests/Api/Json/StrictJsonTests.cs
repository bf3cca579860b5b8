using System.Text.Json;
using ProductionReady.Api.Errors;
using ProductionReady.Api.Json;

namespace ProductionReady.Tests.Api.Json;

public sealed class StrictJsonTests
{
    private sealed record Thing(string Name, int Count);

    [Fact]
    public void What_is_as_declared_is_read() =>
        JsonSerializer.Deserialize<Thing>("""{"name":"a\ud83d\ude00b","count":3}""", StrictJson.Options).ShouldBe(new Thing("a😀b", 3));

    [Theory]
    [InlineData("""{"name":"a","count":3,"other":1}""", "unknown_member", "other")]
    [InlineData("""{"name":"a","Count":3}""", "unknown_member", "Count")]
    [InlineData("""{"name":"a","name":"b","count":3}""", "duplicate_member", "name")]
    [InlineData("""{"name":"a"}""", "missing_member", "count")]
    [InlineData("""{"name":null,"count":3}""", "wrong_type", "name")]
    [InlineData("""{"name":"a","count":"3"}""", "wrong_type", "count")]
    [InlineData("""{"name":5,"count":3}""", "wrong_type", "name")]
    [InlineData("""{"name":"a\u0000","count":3}""", "invalid_character", "name")]
    [InlineData("""{"name":"a\ud83d","count":3}""", "invalid_character", "name")]
    [InlineData("""{"name":"a\ude00","count":3}""", "invalid_character", "name")]
    public void What_is_not_is_refused_with_the_field(string json, string code, string field)
    {
        var exception = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Thing>(json, StrictJson.Options));

        var problem = BadRequestProblems.ForJson(exception);

        problem.Status.ShouldBe(400);
        problem.Code.ShouldBe(code);
        problem.Errors.ShouldNotBeNull().Keys.ShouldBe([field]);
    }

    [Theory]
    [InlineData("""{"name":"a",""")]
    [InlineData("""{"name":"a","count":3} x""")]
    [InlineData("""{"name":"a","count":3,}""")]
    [InlineData("""{/* no */"name":"a","count":3}""")]
    [InlineData("[]")]
    public void What_is_no_such_json_is_refused_without_a_field(string json)
    {
        var exception = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Thing>(json, StrictJson.Options));

        var problem = BadRequestProblems.ForJson(exception);

        problem.Code.ShouldBe("malformed_json");
        problem.Detail.ShouldNotBeNull().ShouldNotContain(nameof(Thing));
    }
}
