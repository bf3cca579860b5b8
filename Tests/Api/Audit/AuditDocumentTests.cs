using System.Text.Json;
using ProductionReady.Api.Audit;

namespace ProductionReady.Tests.Api.Audit;

public sealed class AuditDocumentTests
{
    [Fact]
    public void Document_leaves_out_text_whose_name_sounds_like_a_secret()
    {
        var text = AuditDocument.Of(new
        {
            name = "ü", passwordHash = "AQAA", nested = new[] { new { clientSecret = "s3cr3t", tokenCount = 3 } }, refreshToken = (string?)null,
        });
        text.ShouldBe("""{"name":"ü","passwordHash":"[redacted]","nested":[{"clientSecret":"[redacted]","tokenCount":3}],"refreshToken":null}""");
    }

    [Fact]
    public void Document_that_is_too_long_is_recorded_by_its_size()
    {
        var text = AuditDocument.Of(new { note = new string('x', AuditDocument.MaxLength) })!;
        JsonDocument.Parse(text).RootElement.GetProperty("tooLongToKeep").GetInt32().ShouldBeGreaterThan(AuditDocument.MaxLength);
    }

    [Fact]
    public void Document_of_nothing_is_nothing() => AuditDocument.Of(null).ShouldBeNull();
}
