using Microsoft.Extensions.Primitives;
using ProductionReady.Api.Idempotency;

namespace ProductionReady.Tests.Api.Idempotency;

public sealed class IdempotencyHeaderTests
{
    [Theory]
    [InlineData("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [InlineData("\"8e03978e-40d5-43e8-bc93-6894a57f9324\"", "8e03978e-40d5-43e8-bc93-6894a57f9324")]
    [InlineData("!~a/b+c==", "!~a/b+c==")]
    [InlineData("\"a,b;c\"", "a,b;c")]
    [InlineData("\"\\\"\\\\\"", "\"\\")]
    public void Key_is_read_when_it_is_a_string_or_bare(string header, string key)
    {
        IdempotencyHeader.TryRead(header, out var read).ShouldBeTrue();
        read.ShouldBe(key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("\"a\\")]
    [InlineData("\"a\\b\"")]
    [InlineData("\"a\";p=1")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("a b")]
    [InlineData("\"a b\"")]
    [InlineData("a,b")]
    [InlineData("a;b")]
    [InlineData("a\"b")]
    [InlineData("a\tb")]
    [InlineData("clé")]
    public void Key_is_refused_when_it_is_neither(string header) => IdempotencyHeader.TryRead(header, out _).ShouldBeFalse();

    [Fact]
    public void Key_is_refused_when_it_is_too_long_or_given_twice()
    {
        IdempotencyHeader.TryRead(new string('k', 255), out _).ShouldBeTrue();
        IdempotencyHeader.TryRead(new string('k', 256), out _).ShouldBeFalse();
        IdempotencyHeader.TryRead($"\"{new string('k', 255)}\"", out _).ShouldBeTrue();
        IdempotencyHeader.TryRead(new StringValues(["a", "a"]), out _).ShouldBeFalse();
        IdempotencyHeader.TryRead(StringValues.Empty, out _).ShouldBeFalse();
    }
}
