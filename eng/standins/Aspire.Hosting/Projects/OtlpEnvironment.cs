using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Projects;

/// <summary>Sends a project's telemetry to where the AppHost's configuration says.</summary>
internal static class OtlpEnvironment
{
    public static void Apply(IResourceBuilder<ProjectResource> project)
    {
        var configuration = project.ApplicationBuilder.Configuration;
        var name = project.Resource.Name;
        project.WithEnvironment(async context =>
        {
            var endpoint = await OtlpEndpoint.FindAsync(configuration, context.CancellationToken);
            if (endpoint is null)
            {
                return;
            }

            var variables = context.EnvironmentVariables;
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
            if (configuration["OTEL_EXPORTER_OTLP_HEADERS"] is { Length: > 0 } headers)
            {
                variables["OTEL_EXPORTER_OTLP_HEADERS"] = headers;
            }

            variables["OTEL_SERVICE_NAME"] = name;
            variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid():n}";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        });
    }
}
