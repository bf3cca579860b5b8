using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ProductionReady.ServiceDefaults.Configuration;
using ProductionReady.ServiceDefaults.Health;
using ProductionReady.ServiceDefaults.Http;
using ProductionReady.ServiceDefaults.Stopping;
using ProductionReady.ServiceDefaults.Telemetry;

namespace ProductionReady.ServiceDefaults;

/// <summary>What every service of the app has in common.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// For a web service: all of <see cref="AddBasicServiceDefaults{TBuilder}"/>, health checks behind
    /// <see cref="HealthEndpoints.MapDefaultEndpoints"/>, and a stop that lets requests finish (<see cref="Drain"/>).
    /// </summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        builder.AddBasicServiceDefaults();
        builder.AddHealthDefaults();
        builder.AddDrain();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    /// <summary>
    /// For a worker or a one-shot host, which serves no HTTP: secrets from files, logs, metrics and traces, the clock, and
    /// outgoing HTTP that survives a passing fault.
    /// </summary>
    public static TBuilder AddBasicServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.OrRefuseToStart(() => builder.AddSecretFiles());
        builder.AddLoggingDefaults();
        builder.AddTelemetry();
        builder.AddHttpClientDefaults();
        builder.Services.AddSingleton(TimeProvider.System);
        return builder;
    }
}
