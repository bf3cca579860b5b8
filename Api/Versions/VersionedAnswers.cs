using Microsoft.AspNetCore.Http.HttpResults;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Versions;

/// <summary>Answers about a row that has a version.</summary>
public static class VersionedAnswers
{
    /// <summary>200 with the row and its ETag.</summary>
    public static Ok<T> Versioned<T>(this HttpContext context, T row, uint version)
    {
        context.Response.Headers.ETag = EntityVersion.ETag(version);
        return TypedResults.Ok(row);
    }

    /// <summary>304 with the ETag when the caller has this version already; null when not.</summary>
    public static StatusCodeHttpResult? NotModified(this HttpContext context, uint version)
    {
        if (!EntityVersion.IsHeldBy(context.Request, version))
        {
            return null;
        }

        context.Response.Headers.ETag = EntityVersion.ETag(version);
        return TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }

    /// <summary>412 when <c>If-Match</c> does not name the version; null when it does, or is not there.</summary>
    public static ApiProblem? Stale(this HttpContext context, uint version, string code) =>
        EntityVersion.Known(context.Request).Include(version)
            ? null
            : Problems.PreconditionFailed(code, "It is no longer in a version that If-Match names; read it again.");
}
