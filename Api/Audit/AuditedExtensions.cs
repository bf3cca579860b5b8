namespace ProductionReady.Api.Audit;

/// <summary>States on each endpoint that writes what it records.</summary>
public static class AuditedExtensions
{
    /// <summary>
    /// The endpoint records one of these actions whenever it succeeds. One that succeeds without is a defect, and answers 500:
    /// record in the transaction of the change, or say <see cref="AuditTrail.NothingChanged"/>.
    /// </summary>
    public static RouteHandlerBuilder Audited(this RouteHandlerBuilder endpoint, params string[] actions) => endpoint
        .WithMetadata(new Audited(actions))
        .AddEndpointFilter(async (invocation, next) =>
        {
            var result = await next(invocation);
            var context = invocation.HttpContext;
            var trail = context.RequestServices.GetRequiredService<AuditTrail>();
            return Status(result, context) >= StatusCodes.Status400BadRequest || trail.IsNothingChanged || trail.Recorded.Overlaps(actions)
                ? result
                : throw new InvalidOperationException(
                    $"{context.GetEndpoint()?.DisplayName} succeeded and recorded none of {string.Join(", ", actions)}.");
        });

    /// <summary>The endpoint writes nothing that an administrator would look for.</summary>
    public static RouteHandlerBuilder NotAuditedBecause(this RouteHandlerBuilder endpoint, string reason) =>
        endpoint.WithMetadata(new NotAudited(reason));

    private static int Status(object? result, HttpContext context) => result switch
    {
        INestedHttpResult nested => Status(nested.Result, context),
        IStatusCodeHttpResult { StatusCode: { } status } => status,
        _ => context.Response.StatusCode,
    };
}

/// <summary>What an endpoint records.</summary>
/// <param name="Actions">As in <see cref="AuditActions"/>; each success records at least one of them.</param>
public sealed record Audited(IReadOnlyList<string> Actions);

/// <summary>Why an endpoint that writes records nothing.</summary>
/// <param name="Reason">One sentence.</param>
public sealed record NotAudited(string Reason);
