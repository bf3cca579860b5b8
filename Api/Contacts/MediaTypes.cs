using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ProductionReady.Api.Contacts;

/// <summary>Content types of requests.</summary>
public static class MediaTypes
{
    /// <summary>
    /// The request's media type without parameters, in lower case; null when there is none, its charset is not UTF-8, or the
    /// body is compressed (RFC 9110, 8.4: 415 is for that too).
    /// </summary>
    public static string? OfUtf8(HttpRequest request) =>
        IsPlain(request.Headers.ContentEncoding) && MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && IsUtf8(type.Charset.Value)
            ? type.MediaType.Value?.ToLowerInvariant()
            : null;

    private static bool IsPlain(StringValues encodings) =>
        StringValues.IsNullOrEmpty(encodings) || encodings.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(string? charset) =>
        string.IsNullOrEmpty(charset) || charset.Trim('"') is var name
        && (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));
}
