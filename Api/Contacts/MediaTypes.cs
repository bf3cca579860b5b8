using Microsoft.Net.Http.Headers;

namespace ProductionReady.Api.Contacts;

/// <summary>Content types of requests.</summary>
public static class MediaTypes
{
    /// <summary>The request's media type without parameters, in lower case; null when there is none or its charset is not UTF-8.</summary>
    public static string? OfUtf8(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && IsUtf8(type.Charset.Value)
            ? type.MediaType.Value?.ToLowerInvariant()
            : null;

    private static bool IsUtf8(string? charset) =>
        string.IsNullOrEmpty(charset) || charset.Trim('"') is var name
        && (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));
}
