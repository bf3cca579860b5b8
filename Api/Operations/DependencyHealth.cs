using Microsoft.Extensions.Diagnostics.HealthChecks;
using ProductionReady.Api.Redis;
using ProductionReady.Data;
using ProductionReady.ServiceDefaults;

namespace ProductionReady.Api.Operations;

/// <summary>How the Api's health follows from that of what it needs.</summary>
public static class DependencyHealth
{
    /// <summary>Without PostgreSQL the Api is not ready; without Redis it is degraded, for it goes on working.</summary>
    public static void AddDependencyHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<RedisHealth>(ResourceNames.Cache, HealthStatus.Degraded);

        // The client integration names its check after the context's type; the app model's name says more.
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var check in options.Registrations.Where(check => check.Name == nameof(AppDbContext)))
            {
                check.Name = ResourceNames.Postgres;
            }
        });
    }

    private sealed class RedisHealth(RedisLink redis) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await redis.PingAsync() ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus);
    }
}
