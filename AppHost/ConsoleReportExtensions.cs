using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ProductionReady.AppHost;

/// <summary>What <see cref="ConsoleReport"/> reports on.</summary>
/// <param name="Resources">Names of the resources, in the order they are shown.</param>
/// <param name="OneShot">Those of them that are meant to end.</param>
/// <param name="Api">Where the Api listens.</param>
internal sealed record ConsoleReportOptions(IReadOnlyList<string> Resources, IReadOnlyList<string> OneShot, EndpointReference Api);

/// <summary>Adds <see cref="ConsoleReport"/>.</summary>
internal static class ConsoleReportExtensions
{
    /// <summary>Reports on the resources named; Aspire adds some of its own that nobody wants to read about.</summary>
    public static void AddConsoleReport(this IDistributedApplicationBuilder builder, EndpointReference api, string[] resources, string[] oneShot)
    {
        builder.Services.AddSingleton(new ConsoleReportOptions(resources, oneShot, api));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<ConsoleReport>();
    }
}
