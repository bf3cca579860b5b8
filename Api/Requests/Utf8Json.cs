using Microsoft.Net.Http.Headers;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Requests;

/// <summary>
/// Refuses JSON in another encoding than UTF-8 (RFC 8259, section 8.1). The framework would transcode those it knows, and
/// fail as if the fault were ours at a <c>charset</c> that it does not know.
/// </summary>
public sealed class Utf8Json(RequestDelegate next)
{
    /// <summary>Answers 415, or goes on.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.Request.HasJsonContentType() && !IsUtf8(context.Request.ContentType)
            ? Problems.UnsupportedMediaType("Send JSON in UTF-8.").ExecuteAsync(context)
            : next(context);

    private static bool IsUtf8(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset) is var charset
            && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)));
}
