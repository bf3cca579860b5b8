using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ProductionReady.Api.Authorization;
using ProductionReady.Api.Idempotency;
using ProductionReady.Api.Identity;
using ProductionReady.Api.Paging;

namespace ProductionReady.Api.Description;

/// <summary>The description of the interface: OpenAPI 3.1 at <c>/openapi/v1.json</c>, and a page for people at <c>/docs</c>.</summary>
public static class OpenApiDescription
{
    private const string Version = "v1";
    private const string Page = "docs";

    /// <summary>Adds the generator.</summary>
    public static void AddOpenApiDescription(this IHostApplicationBuilder builder) =>
        builder.Services.AddOpenApi(Version, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "ProductionReady",
                    Version = Version,
                    Description = "Errors are RFC 9457 problem details with a code. Lists page by an opaque cursor.",
                };
                document.Components ??= new OpenApiComponents();
                document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
                document.Components.SecuritySchemes[BearerHandler.SchemeName] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "An access token of POST /api/v1/auth/login, or an API key.",
                };
                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAccess);
            options.AddOperationTransformer(IdempotencyDescription.DescribeAsync);
            options.AddOperationTransformer(QueryParameters.DescribeAsync);
        });

    /// <summary>Maps the description and the page.</summary>
    public static void MapOpenApiDescription(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymousBecause(AnonymousEndpoints.Description);
        app.MapWhen(
            context => context.Request.Path.StartsWithSegments("/" + Page, StringComparison.Ordinal),
            docs => docs.UseSwaggerUI(page =>
            {
                page.RoutePrefix = Page;
                page.DocumentTitle = "ProductionReady";
                page.SwaggerEndpoint($"/openapi/{Version}.json", "ProductionReady " + Version);
            }));
    }

    private static Task DescribeAccess(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IEndpointSummaryMetadata>().LastOrDefault() is { } stated)
        {
            // What the endpoint states wins over the doc comment of the method behind it.
            operation.Summary = stated.Summary;
        }

        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            return Task.CompletedTask;
        }

        operation.Security ??= [];
        operation.Security.Add(new OpenApiSecurityRequirement
        {
            [new OpenApiSecuritySchemeReference(BearerHandler.SchemeName, context.Document)] = [],
        });
        if (metadata.OfType<RequiredPermission>().FirstOrDefault() is { } required)
        {
            operation.Description = $"{operation.Description}\n\nNeeds the permission `{required.Permission}`.".Trim();
        }

        if (metadata.OfType<UserRequired>().Any())
        {
            operation.Description = $"{operation.Description}\n\nFor users who signed in, not for API keys.".Trim();
        }

        return Task.CompletedTask;
    }
}
