using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Decides the resource's health by a check that is registered in the AppHost's services.</summary>
    public static IResourceBuilder<T> WithHealthCheck<T>(this IResourceBuilder<T> builder, string key)
        where T : IResource
    {
        if (builder.Resource.Annotations.OfType<HealthCheckAnnotation>().Any(h => h.Key == key))
        {
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has a health check with key '{key}'.");
        }

        return builder.WithAnnotation(new HealthCheckAnnotation(key));
    }

    /// <summary>Decides the resource's health by what it answers to an HTTP request.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">The path of the request; / unless given.</param>
    /// <param name="statusCode">The status that is healthy; 200 unless given.</param>
    /// <param name="endpointName">The endpoint; the first that speaks HTTP unless given.</param>
    /// <exception cref="DistributedApplicationException">The resource has no such endpoint.</exception>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(
        this IResourceBuilder<T> builder,
        string? path = null,
        int? statusCode = null,
        string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.Resource.GetEndpoints()
            .FirstOrDefault(e => endpointName is null ? e.IsHttp || e.IsHttps : ResourceNames.Same(e.EndpointName, endpointName))
            ?? throw new DistributedApplicationException(
                $"Could not create HTTP health check for resource '{builder.Resource.Name}': it has no {(endpointName is null ? "HTTP endpoint" : $"endpoint '{endpointName}'")}.");
        path ??= "/";
        var status = statusCode ?? 200;
        var key = $"{builder.Resource.Name}_{endpoint.EndpointName}_{path}_{status}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key,
            _ => new HttpHealthCheck(endpoint, path, status),
            failureStatus: null,
            tags: null));
        return builder.WithHealthCheck(key);
    }
}
