using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ProductionReady.Api.Paging;

/// <summary>A query parameter of an endpoint that reads its query string itself.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does, in a few words.</param>
public sealed record QueryParameter(string Name, string Description);

/// <summary>States query parameters on endpoints, for the description of the interface and for <see cref="ListQuery"/>.</summary>
public static class QueryParameters
{
    /// <summary>The endpoint takes these parameters and no others.</summary>
    public static RouteHandlerBuilder TakesQuery(this RouteHandlerBuilder endpoint, params ReadOnlySpan<(string Name, string Description)> parameters)
    {
        foreach (var (name, description) in parameters)
        {
            endpoint.WithMetadata(new QueryParameter(name, description));
        }

        return endpoint;
    }

    /// <summary>The endpoint is a list that pages: it takes <c>limit</c> and <c>cursor</c>, too.</summary>
    public static RouteHandlerBuilder Pages(this RouteHandlerBuilder endpoint) => endpoint.TakesQuery(
        ("limit", "Rows in a page, 1 to 500; 50 unless given."),
        ("cursor", "The nextCursor of the page before."));

    internal static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return Task.CompletedTask;
    }
}
