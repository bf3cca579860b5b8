using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ProductionReady.ServiceDefaults.Telemetry;

/// <summary>
/// OpenTelemetry over OTLP. ASP.NET Core, HttpClient, the runtime and Npgsql carry meters and activity sources of their own,
/// so no instrumentation package is needed.
/// </summary>
public static class TelemetryExtensions
{
    /// <summary>Our own meters and activity sources are named after this: <c>ProductionReady.Api</c>.</summary>
    public const string OwnNames = "ProductionReady.*";

    private static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Diagnostics", "System.Net.Http", "System.Net.NameResolution", "System.Runtime", "Npgsql", OwnNames,
    ];

    private static readonly string[] Sources = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql", OwnNames];

    /// <summary>
    /// Exports logs, metrics and traces when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set and not empty; otherwise nothing listens
    /// and nothing is paid for. The other <c>OTEL_*</c> variables mean what the specification says.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        // Off in .NET 10 unless asked for: without it the server's spans have no http.* and url.* attributes.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var telemetry = builder.Services.AddOpenTelemetry();
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_SERVICE_NAME"]))
        {
            telemetry.ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName));
        }

        telemetry
            .WithLogging(null, logs =>
            {
                logs.IncludeFormattedMessage = true;
                logs.IncludeScopes = true;
            })
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithTracing(tracing => tracing.AddSource(Sources))
            .UseOtlpExporter();
    }
}
