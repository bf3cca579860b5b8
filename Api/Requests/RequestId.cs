using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace ProductionReady.Api.Requests;

/// <summary>
/// Gives each request an id and returns it in <c>X-Request-Id</c>: the caller's own, when it is 1 to 128 letters, digits,
/// dots, dashes or underscores (anything else could forge log lines), or else the trace id.
/// </summary>
public sealed class RequestId(RequestDelegate next)
{
    /// <summary>Name of the header.</summary>
    public const string Header = "X-Request-Id";

    private const int MaxLength = 128;

    /// <summary>Sets the id and goes on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[Header];
        context.TraceIdentifier = IsSane(given)
            ? given.ToString()
            : Activity.Current?.TraceId.ToHexString() ?? Guid.CreateVersion7().ToString("N");
        context.Response.Headers[Header] = context.TraceIdentifier;
        return next(context);
    }

    private static bool IsSane(StringValues given)
    {
        if (given.Count != 1 || given[0] is not { Length: > 0 and <= MaxLength } id)
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
