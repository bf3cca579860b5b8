using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Requests;

/// <summary>
/// Refuses a query string with U+0000 in it: no PostgreSQL text equals it, and asking would only yield an error. The
/// server itself refuses it in paths and headers, <see cref="Json.StorableTextConverter"/> in bodies.
/// </summary>
public sealed class StorableQuery(RequestDelegate next)
{
    /// <summary>Answers 400, or goes on.</summary>
    public Task InvokeAsync(HttpContext context) =>
        context.Request.QueryString.Value is { } query && (query.Contains("%00", StringComparison.Ordinal) || query.Contains('\0'))
            ? Problems.BadRequest("invalid_character", "The query holds U+0000.").ExecuteAsync(context)
            : next(context);
}
