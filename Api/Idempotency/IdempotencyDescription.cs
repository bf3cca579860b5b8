using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ProductionReady.Data.Idempotency;

namespace ProductionReady.Api.Idempotency;

/// <summary>Declares the header in OpenAPI.</summary>
public static class IdempotencyDescription
{
    /// <summary>Adds it to an operation that takes it.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyHeader.Name,
                In = ParameterLocation.Header,
                Required = false,
                Description = "The caller's own name for this request, unique among the caller's requests of the last "
                    + $"{KeyedTransaction.Lifetime.TotalHours:F0} hours. A repeat with the same key is not done again; it gets the first "
                    + $"one's answer with {IdempotencyHeader.Replayed}: true. 409 idempotency_key_in_use while the first one "
                    + "runs, 422 idempotency_key_reused when the requests differ.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.KeyMaxLength },
            });
        }

        return Task.CompletedTask;
    }
}
