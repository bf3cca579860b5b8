using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Health;
using Aspire.Hosting.Publishing;
using Aspire.Hosting.Run;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>The services of an application.</summary>
internal static class ApplicationServices
{
    public static void Add(DistributedApplicationBuilder builder, DistributedApplicationOptions options, bool isTested)
    {
        var services = builder.Services;
        services.AddSingleton(builder.ExecutionContext);
        services.AddSingleton(builder.Eventing);
        services.AddSingleton(builder.UserSecretsManager);
        services.AddSingleton(_ => new DistributedApplicationModel(builder.Resources));
        services.AddSingleton<ResourceLoggerService>();
        services.AddSingleton<ResourceNotificationService>();
        services.AddLogging(logging => logging
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true));

        // Resources stop one after the other, and each may take its time.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(3));

        // There is no dashboard from which somebody could start a failed resource again.
        services.Configure<ResourceNotificationServiceOptions>(o => o.DefaultWaitBehavior = WaitBehavior.StopOnResourceUnavailable);
        services.AddSingleton<ProcessRunner>();
        services.AddSingleton(provider => new ResourceCommandService(
            provider.GetRequiredService<DistributedApplicationModel>(),
            provider.GetRequiredService<ProcessRunner>()));
        if (builder.ExecutionContext.IsPublishMode)
        {
            services.AddHostedService<ManifestPublisher>();
            return;
        }

        services.AddHealthChecks();
        services.AddSingleton(new RunSettings(builder.AppHostAssembly, isTested || options.EnableResourceLogging));
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<PortAllocation>();
        services.AddSingleton<PassiveResources>();
        services.AddSingleton<ResourceConsole>();
        services.AddHostedService<Orchestrator>();
    }
}
