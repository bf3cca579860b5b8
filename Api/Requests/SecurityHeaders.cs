using Microsoft.Extensions.Primitives;

namespace ProductionReady.Api.Requests;

/// <summary>
/// Headers that tell browsers to do nothing with an answer but hand it to the caller. Answers hold a tenant's data, so no
/// cache may keep them unless an endpoint says otherwise. The page at <c>/docs</c> needs scripts and styles of its own.
/// </summary>
public sealed class SecurityHeaders(RequestDelegate next)
{
    private static readonly StringValues Nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    private static readonly StringValues Page =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues NoFeatures = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    private static readonly StringValues OneYear = "max-age=31536000; includeSubDomains";

    /// <summary>Sets the headers and goes on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Permissions-Policy"] = NoFeatures;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers.CacheControl = NoStore;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/docs", StringComparison.Ordinal) ? Page : Nothing;
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = OneYear;
        }

        return next(context);
    }
}
