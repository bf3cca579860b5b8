using System.Reflection;
using ProductionReady.Api.Errors;

namespace ProductionReady.Api.Idempotency;

/// <summary>Marks endpoints whose requests may carry a key.</summary>
public static class TakesIdempotencyKeyExtensions
{
    /// <summary>
    /// The endpoint takes the header <c>Idempotency-Key</c>. Its handler must do its work in the <see cref="KeyedTransaction"/>
    /// it is given, for work that commits by itself could be done twice; one that does not take it stops the start.
    /// </summary>
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint)
    {
        endpoint.Finally(built =>
        {
            if (!built.Metadata.OfType<MethodInfo>().Any(handler =>
                handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(KeyedTransaction))))
            {
                throw new InvalidOperationException($"{built.DisplayName} takes an idempotency key, but its handler takes no {nameof(KeyedTransaction)}.");
            }
        });
        return endpoint
            .WithMetadata(new TakesIdempotencyKey())
            .ProducesProblems(StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity);
    }
}

/// <summary>Metadata of an endpoint that takes a key.</summary>
public sealed record TakesIdempotencyKey;
