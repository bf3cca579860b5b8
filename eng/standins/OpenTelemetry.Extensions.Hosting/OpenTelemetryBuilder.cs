using Microsoft.Extensions.DependencyInjection;

namespace OpenTelemetry;

/// <summary>
/// Carries the service collection to the <c>WithTracing</c>, <c>WithMetrics</c> and <c>ConfigureResource</c> extensions,
/// which the OpenTelemetry package itself defines for <see cref="IOpenTelemetryBuilder"/>.
/// </summary>
public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
{
    internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

    /// <inheritdoc />
    public IServiceCollection Services { get; }
}
